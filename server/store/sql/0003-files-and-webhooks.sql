-- Which uploads have become public with a notice, when a file is looked at again after its scan failed, and how far webhooks have come.

-- A document that a published notice names, in any version: from then on anyone may download it.
create table published_document (
  upload text primary key,
  case_id text not null
);

alter table upload
  add column scan_failures int not null default 0,
  add column scan_next_try timestamptz not null default clock_timestamp(),
  add column scanned timestamptz;

alter table webhook
  add column person text,
  add column paused boolean not null default false,
  add column delivered timestamptz;
create index webhook_organisation on webhook (organisation);

grant select, insert on published_document to naru_app;
