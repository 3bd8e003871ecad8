-- Attachments of bids: encrypted on the bidder's device, sent segment by segment at any time before the deadline.

-- What is being sent, or was. `hdr` is the 74-byte FLOE header in base64; its random part makes it unlike any other.
create table attachment_upload (
  id text primary key,
  case_id text not null,
  round int not null,
  organisation text not null,
  person text not null,
  hdr text not null,
  len bigint not null check (len > 74),
  segs int not null check (segs > 0),
  created timestamptz(3) not null default naru_now(),
  -- Named by a submitted bid: from then on nothing of it changes.
  submitted timestamptz(3),
  -- The bytes were removed: given up, or never submitted.
  removed timestamptz(3),
  unique (organisation, case_id, hdr)
);
create index attachment_upload_case on attachment_upload (case_id, organisation);
create index attachment_upload_open on attachment_upload (created) where submitted is null and removed is null;

-- A segment that has arrived whole; leaf = SHA-256(0x00 || segment).
create table attachment_segment (
  upload text not null references attachment_upload,
  s int not null check (s > 0),
  leaf bytea not null check (length(leaf) = 32),
  length int not null,
  storage_key text not null,
  at timestamptz(3) not null,
  primary key (upload, s)
);

-- Every attempt to send a segment, so that the cause of lateness can be proved (SUB-05). Only added to.
create table attachment_attempt (
  id bigint generated always as identity primary key,
  upload text not null,
  s int not null,
  at timestamptz(3) not null,
  bytes int not null,
  outcome text not null check (outcome in ('stored', 'damaged', 'cut', 'late'))
);
create index attachment_attempt_upload on attachment_attempt (upload, id);

-- Attachments of opened envelopes: decrypted and scanned after the opening; the ciphertext stays as it came.
create table opened_attachment (
  case_id text not null,
  index bigint not null,
  cls text not null,
  j int not null,
  bid text not null,
  name text not null,
  mime text not null,
  size bigint not null,
  upload text not null references attachment_upload,
  file text not null,
  ctx bytea not null,
  root bytea not null,
  -- 'unreadable': does not decrypt, so it counts as not submitted while the bid stays valid.
  state text not null default 'waiting' check (state in ('waiting', 'clean', 'infected', 'unreadable')),
  note text,
  failures int not null default 0,
  next_try timestamptz not null default clock_timestamp(),
  primary key (case_id, index, cls, j)
);
create index opened_attachment_waiting on opened_attachment (next_try) where state = 'waiting';

grant select, insert on attachment_upload, attachment_segment, attachment_attempt, opened_attachment to naru_app;
grant update (submitted, removed) on attachment_upload to naru_app;
grant delete on attachment_segment to naru_app;
grant update (state, note, failures, next_try) on opened_attachment to naru_app;
