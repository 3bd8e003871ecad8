-- For which organisations the key of a passkey stands on record (PasskeyRecorded); the fact is what counts, this saves asking for it.
create table passkey_on_record (
  passkey bytea not null,
  person text not null,
  organisation text not null,
  primary key (passkey, organisation)
);
grant select, insert, delete on passkey_on_record to naru_app;
