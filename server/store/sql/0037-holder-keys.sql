-- How a person keeps the private keys of a tender: under a passkey, wrapped on the person's own device before they come here, or in a file of
-- the person's own, of which nothing is here. Nothing in this table opens anything without the passkey, and a row may go for good.
create table holder_key (
  person text not null,
  case_id text not null,
  how text not null check (how in ('passkey', 'file')),
  wrapped text check (length(wrapped) <= 100000),
  made timestamptz(3) not null,
  primary key (person, case_id),
  check ((how = 'passkey') = (wrapped is not null))
);
grant select, insert, update, delete on holder_key to naru_app;
