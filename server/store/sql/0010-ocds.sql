-- OCDS: the releases that public facts have made, and what was imported from other publishers.

-- A release is made once and never changed. `position` is the order of the public feed; the same log gives the same positions.
create table release (
  position bigint primary key check (position > 0),
  ocid text not null,
  release_id text not null,
  date text not null,
  tags text[] not null,
  case_id text not null,
  log_index bigint not null,
  body text not null,
  unique (ocid, release_id)
);
create index release_ocid on release (ocid, position);
create index release_date on release (date, position);

create trigger for_ever before update or delete on release for each row execute function facts_are_for_ever();
create trigger for_ever_whole before truncate on release for each statement execute function facts_are_for_ever();

-- Read-only history of other publishers. `publisher` is the registered prefix of the ocid where it has one, else the publisher's name.
create table imported_publisher (
  publisher text primary key,
  name text not null
);

-- What stood around the releases of a package: address, licence, dates, extensions. `number` counts packages in a file.
create table imported_package (
  file text not null,
  number int not null,
  hash bytea not null,
  envelope text not null,
  primary key (file, number, hash)
);

-- Every release as it came, byte for byte. `hash` is that of its content with sorted keys, so that a re-formatted copy is no other release.
create table imported_release (
  publisher text not null,
  ocid text not null,
  kind text not null check (kind in ('release', 'compiled', 'versioned')),
  hash bytea not null,
  release_id text,
  date text,
  file text not null,
  raw bytea not null,
  position bigint generated always as identity,
  primary key (publisher, ocid, kind, hash)
);

-- What the public list shows of an imported process, and the compiled release that it was read from. `stale`: to be made anew.
create table imported_case (
  publisher text not null,
  ocid text not null,
  case_id text unique,
  title text,
  language text,
  buyer text,
  status text,
  category text,
  value numeric,
  currency text,
  deadline timestamptz,
  published timestamptz,
  compiled text,
  note text,
  stale boolean not null default true,
  primary key (publisher, ocid)
);
create index imported_case_stale on imported_case (publisher, ocid) where stale;
create index imported_case_ocid on imported_case (ocid);

grant select, insert on release to naru_app;
grant select, insert, update on imported_publisher to naru_app;
grant select, insert on imported_package to naru_app;
grant select, insert, update (publisher), delete on imported_release to naru_app;
grant select, insert, update, delete on imported_case to naru_app;
