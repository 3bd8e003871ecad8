-- What was found of the signatures of bids: raised with a time-stamp and fully checked after acceptance and before closing (protocol §6).

create table bid_signature (
  stream text not null,
  seq int not null,
  case_id text not null,
  log_index bigint not null,
  round int not null,
  -- M, 32 bytes.
  m bytea not null,
  arrived timestamptz(3) not null,
  -- As it was sent (B), then with its time-stamp (B-T).
  der bytea not null,
  -- SHA-256 of the signer's certificate; the certificate itself stands in der.
  certificate bytea,
  subject text,
  -- 'waiting': not yet checked, or not to the end; 'holds'; 'failed': with the code of what failed.
  state text not null default 'waiting' check (state in ('waiting', 'holds', 'failed')),
  code text,
  gen_time timestamptz(3),
  authority text,
  checked timestamptz(3),
  -- SHA-256 of each revocation answer that was used, leaf first.
  evidence bytea[] not null default '{}',
  tries int not null default 0,
  note text,
  next_try timestamptz not null default clock_timestamp(),
  primary key (stream, seq)
);
create index bid_signature_waiting on bid_signature (next_try) where state = 'waiting';
create index bid_signature_case on bid_signature (case_id, log_index);

-- CRLs and OCSP answers, each once: thousands of bids share a few.
create table revocation_evidence (
  sha256 bytea primary key check (sha256 = sha256(der)),
  der bytea not null,
  at timestamptz(3) not null
);

grant select, insert on bid_signature, revocation_evidence to naru_app;
grant update (der, certificate, subject, state, code, gen_time, authority, checked, evidence, tries, note, next_try) on bid_signature to naru_app;
