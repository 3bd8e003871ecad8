-- Where an upload lies on an object store while it is on its way: objects of their own, in their order, until the whole file is one.
--
-- A piece gets its row in the statement that moves `upload.received`, so that what a given-up or repeated attempt has left on the store, or
-- what arrives there late, is never taken for a part of the file.
create table upload_piece (
  upload text not null references upload on delete cascade,
  start bigint not null check (start >= 0),
  length bigint not null check (length > 0),
  name text not null,
  primary key (upload, start)
);
grant select, insert on upload_piece to naru_app;
