-- What probes of the submission path tell: signed findings that it was down, and when each last found it up.
create table outage_finding (
  probe text not null,
  operator text not null,
  from_ms bigint not null,
  until_ms bigint not null check (until_ms > from_ms),
  signature bytea not null check (length(signature) = 64),
  received timestamptz(3) not null default naru_now(),
  primary key (probe, from_ms, until_ms)
);
create table probe_heard (
  probe text primary key,
  operator text not null,
  up_ms bigint not null
);
grant select, insert on outage_finding, probe_heard to naru_app;
grant update (operator, up_ms) on probe_heard to naru_app;
