-- What happened to a person's passkeys, told to the person: a passkey that somebody else added must not stay unseen, nor one that was removed.
create table passkey_change (
  person text not null references person,
  passkey bytea not null,
  name text not null,
  what text not null check (what in ('added', 'removed')),
  at timestamptz(3) not null default clock_timestamp(),
  primary key (passkey, what)
);
create index passkey_change_person on passkey_change (person, at);
insert into passkey_change (person, passkey, name, what, at) select person, id, name, 'added', created from passkey;
grant select, insert on passkey_change to naru_app;
