-- How people sign in: their passkeys (public halves only), challenges that are answered once, codes of enrolment, and how a session began.

-- `public_key` is the COSE key. `counter` and `backed_up` are as the passkey last said; a counter that goes back is refused.
create table passkey (
  id bytea primary key check (length(id) between 1 and 1023),
  person text not null references person,
  name text not null,
  public_key bytea not null,
  counter bigint not null default 0,
  backup_eligible boolean not null,
  backed_up boolean not null,
  transports text[] not null default '{}',
  -- Whether it can wrap the keys of a key holder (the extension prf).
  prf boolean not null default false,
  created timestamptz(3) not null default clock_timestamp(),
  last_used timestamptz(3)
);
create index passkey_person on passkey (person, created);

-- What a passkey or a certificate is to sign: 32 random bytes, or the hash of what is intended. Deleted with its answer.
create table sign_in_challenge (
  challenge bytea primary key check (length(challenge) = 32),
  purpose text not null check (purpose in ('register', 'enrol', 'sign-in', 'certificate', 'act')),
  person text,
  content text,
  ends timestamptz(3) not null
);
create index sign_in_challenge_ends on sign_in_challenge (ends);

-- A code that the operator gives a person for the first passkey: one a person, kept as a hash, void after five wrong tries.
create table enrolment (
  person text primary key references person,
  place text not null unique,
  secret_hash bytea not null check (length(secret_hash) = 32),
  tries int not null default 0,
  ends timestamptz(3) not null
);

-- How the person signed in; the time is `created`. `handle` names a session to its own person, never the token.
alter table session add column method text not null default 'sandbox' check (method in ('sandbox', 'passkey', 'certificate'));
alter table session add column handle uuid not null default gen_random_uuid();
alter table session add column passkey bytea references passkey on delete cascade;

grant select, insert, delete on passkey, sign_in_challenge, enrolment to naru_app;
grant update (name, counter, backed_up, last_used) on passkey to naru_app;
grant update (tries) on enrolment to naru_app;
