-- Documents with their parties' signatures (PAdES): each row is the document of the one before with one signature more, never changed.
create table signed_document (
  document text not null references case_document,
  -- How many signatures it bears.
  signatures int not null check (signatures > 0),
  case_id text not null,
  organisation text not null,
  person text not null,
  at timestamptz(3) not null,
  gen_time timestamptz(3) not null,
  sha256 text not null check (sha256 = encode(sha256(bytes), 'hex')),
  bytes bytea not null,
  primary key (document, signatures),
  unique (document, organisation)
);
alter table signed_document alter column bytes set storage external;
create trigger for_ever before update or delete on signed_document for each row execute function facts_are_for_ever();
create trigger for_ever_whole before truncate on signed_document for each statement execute function facts_are_for_ever();
grant select, insert on signed_document to naru_app;
