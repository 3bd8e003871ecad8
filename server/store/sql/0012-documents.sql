-- Generated documents: the bytes that were made when a public fact took its place in the log. They are never made anew and never changed.

create table case_document (
  id text primary key,
  case_id text not null,
  stream text not null,
  seq int not null,
  log_index bigint not null,
  kind text not null check (kind in ('notice', 'amendment', 'rebid', 'opening', 'award', 'failure', 'cancellation', 'contract')),
  language text not null,
  number text not null,
  pages int not null check (pages > 0),
  size int not null check (size > 0),
  sha256 text not null check (sha256 = encode(sha256(bytes), 'hex')),
  bytes bytea not null,
  made timestamptz not null default clock_timestamp(),
  unique (stream, seq, language)
);
create index case_document_case on case_document (case_id, log_index);
-- PDF streams are compressed already: do not try again.
alter table case_document alter column bytes set storage external;

create trigger for_ever before update or delete on case_document for each row execute function facts_are_for_ever();
create trigger for_ever_whole before truncate on case_document for each statement execute function facts_are_for_ever();

-- Documents that could not be made: an alarm each; tried again at every start, and never in the way of the rest.
create table document_set_aside (
  stream text not null,
  seq int not null,
  language text not null,
  reason text not null,
  tries int not null default 1,
  at timestamptz not null default clock_timestamp(),
  primary key (stream, seq, language)
);

grant select, insert on case_document to naru_app;
grant select, insert, update, delete on document_set_aside to naru_app;
