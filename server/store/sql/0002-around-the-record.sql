-- Ordinary tables around the record: people and sessions, drafts, uploads, the list that the public search reads.

create table person (
  id text primary key,
  name text not null,
  created timestamptz not null default clock_timestamp()
);
-- A session is known by the hash of its token; the token itself is only in the person's browser.
create table session (
  token_hash bytea primary key,
  person text not null references person,
  organisation text,
  created timestamptz not null default clock_timestamp(),
  seen timestamptz not null default clock_timestamp(),
  ends timestamptz not null
);
create index session_person on session (person);

-- Who serves where and as what: a projection of the organisations' facts, written with them.
create table membership (
  person text not null,
  organisation text not null,
  roles text[] not null,
  primary key (organisation, person)
);
create index membership_person on membership (person);

-- Drafts: visible to the author's organisation only, never in the record.
create table draft (
  id text primary key,
  organisation text not null,
  person text not null,
  kind text not null,
  case_id text,
  version int not null,
  body jsonb not null,
  updated timestamptz not null default clock_timestamp()
);
create index draft_organisation on draft (organisation, kind, updated desc);

-- Uploaded files: stored under random keys, known by content hash inside one organisation.
create table upload (
  id text primary key,
  organisation text not null,
  person text not null,
  name text not null,
  media_type text not null,
  size bigint not null check (size > 0),
  received bigint not null default 0,
  declared_sha256 text,
  sha256 text,
  storage_key text not null,
  scan text not null default 'not-scanned' check (scan in ('not-scanned', 'clean', 'infected')),
  scan_note text,
  created timestamptz not null default clock_timestamp(),
  completed timestamptz
);
create index upload_organisation on upload (organisation, sha256);
create index upload_waiting on upload (completed) where scan = 'not-scanned' and completed is not null;

-- The public list: tenders of this deployment and read-only history that was imported. `folded` is the text as search compares it.
create table listing (
  case_id text primary key,
  source text not null default 'naru',
  ocid text not null,
  number text,
  title jsonb not null,
  buyer_id text,
  buyer_name text not null,
  status text not null,
  category text,
  method text,
  method_details text,
  classification text,
  value_amount numeric,
  currency text,
  published_at timestamptz,
  deadline timestamptz,
  supplier_name text,
  award_amount numeric,
  folded text not null
);
create index listing_folded on listing using gin (folded gin_trgm_ops);
create index listing_published on listing (published_at desc nulls last, case_id);
create index listing_deadline on listing (deadline) where status = 'open';
create index listing_buyer on listing (buyer_id);
create index listing_status on listing (status, published_at desc);

-- Text as search compares it: lower case, and the letters that a Russian keyboard lacks as those people type instead (countries.md 4.2).
create function folded(value text) returns text language sql immutable parallel safe as
$$ select translate(lower(normalize(value, nfkc)), 'ңөүёіўқғҳәһ', 'ноуеиукгхах') $$;

-- Webhooks: what an organisation's other systems are told, from which cursor on.
create table webhook (
  id text primary key,
  organisation text not null,
  address text not null,
  secret text not null,
  cursor bigint not null default -1,
  failures int not null default 0,
  next_try timestamptz not null default clock_timestamp(),
  last_error text,
  created timestamptz not null default clock_timestamp()
);

-- Cursors of after-effects: each follows the log by index and works at its own pace.
create table after_cursor (
  name text primary key,
  index bigint not null
);

grant select, insert, update, delete on person, membership, session, draft, upload, listing, webhook, after_cursor to naru_app;
