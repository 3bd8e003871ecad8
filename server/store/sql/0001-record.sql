-- The record: facts that are only ever added, the folded state beside them, what waits for the log, and the log itself.

create extension if not exists pg_trgm;

-- A fact's `record` is its canonical JSON, exactly the bytes that `hash` covers. Partitioned by the year in which its case began.
create table fact (
  year int not null,
  stream text not null,
  seq int not null check (seq > 0),
  case_id text not null,
  type text not null,
  at timestamptz(3) not null,
  record text not null,
  hash bytea not null check (length(hash) = 32),
  primary key (year, stream, seq)
) partition by list (year);

do $$ begin
  for y in 2024..2045 loop
    execute format('create table fact_%s partition of fact for values in (%s)', y, y);
    execute format('alter table fact_%s alter column record set storage main', y);
  end loop;
end $$;
create index fact_case on fact (case_id, at);

-- Nobody changes or removes a fact, the tables' owner and later migrations included.
create function facts_are_for_ever() returns trigger language plpgsql as $$
begin
  raise exception 'facts are for ever: % on % is refused', tg_op, tg_table_name;
end $$;
do $$ begin
  for y in 2024..2045 loop
    execute format('create trigger for_ever before update or delete on fact_%s for each row execute function facts_are_for_ever()', y);
    execute format('create trigger for_ever_whole before truncate on fact_%s for each statement execute function facts_are_for_ever()', y);
  end loop;
end $$;
create trigger for_ever_whole before truncate on fact for each statement execute function facts_are_for_ever();

-- One folded row per stream, written in the transaction of its newest fact and checked against the fold (npm run rebuild).
create table current (
  stream text primary key,
  kind text not null,
  case_id text not null,
  year int not null,
  seq int not null,
  hash bytea not null,
  owner text,
  round int,
  stage text,
  open_until timestamptz(3),
  state text not null
);
-- What the clock looks for: rounds that may be closed, and closed rounds that wait for shares.
create index current_open on current (open_until) where kind = 'tender' and open_until is not null;
create index current_closed on current (case_id) where kind = 'tender' and stage = 'closed';
create index current_case on current (case_id, kind);
create index current_owner on current (owner, kind);
-- One bidder, one bid per round.
create unique index current_one_bid on current (case_id, owner, round) where kind = 'bid';

-- Personal values: a fact holds only the commitment. A row may be erased (value and salt nulled) without breaking a chain.
create table personal (
  commitment bytea primary key check (length(commitment) = 32),
  salt bytea,
  value text,
  case_id text not null,
  erased_at timestamptz
);

-- What waits for the log, and the log: entries have 34 bytes, indexes have no gap.
create table pending (
  id bigint generated always as identity primary key,
  stream text not null,
  seq int not null,
  case_id text not null,
  public boolean not null,
  entry bytea not null check (length(entry) = 34),
  salt bytea,
  unique (stream, seq)
);
create table log_entry (
  index bigint primary key check (index >= 0),
  stream text not null,
  seq int not null,
  case_id text not null,
  public boolean not null,
  entry bytea not null check (length(entry) = 34),
  salt bytea,
  leaf_hash bytea not null check (length(leaf_hash) = 32),
  at timestamptz(3) not null,
  unique (stream, seq)
);
create index log_entry_public on log_entry (index) where public;
create index log_entry_case on log_entry (case_id, index);
-- Facts that could not be sequenced; they raise an alarm and never stop the rest.
create table set_aside (
  id bigint primary key,
  stream text not null,
  seq int not null,
  reason text not null,
  at timestamptz not null default clock_timestamp()
);
-- Checkpoints are stored before they are published; one row per size.
create table checkpoint (
  size bigint primary key,
  root bytea not null check (length(root) = 32),
  note text not null,
  at timestamptz(3) not null
);

-- The first answer to an act, for whoever repeats it.
create table act_answer (
  actor text not null,
  key text not null,
  case_id text not null,
  act text not null,
  input_hash bytea not null,
  answer text not null,
  at timestamptz(3) not null,
  primary key (actor, key)
);

-- Every refused attempt: who, what, when, why. Never what was sent (SUB-06, AUD-01).
create table attempt (
  id bigint generated always as identity primary key,
  at timestamptz(3) not null,
  case_id text,
  actor text not null,
  act text not null,
  code text not null,
  size int not null
);
create index attempt_case on attempt (case_id, act);

-- Legal numbers: one serial per country, stage and day.
create table serial (
  name text primary key,
  last int not null
);

-- The mode is fixed when a database is first filled. Its clock runs with the world's in live mode; in the sandbox it may be moved forward.
create table deployment (
  one boolean primary key default true check (one),
  mode text not null check (mode in ('sandbox', 'live')),
  country text not null,
  log_origin text not null,
  log_key bytea not null,
  promise_key bytea not null,
  created timestamptz not null default clock_timestamp()
);
create table clock (
  one boolean primary key default true check (one),
  ahead_ms bigint not null default 0,
  floor timestamptz(3) not null default '-infinity'
);
insert into clock default values;

create function forbid_turning_back() returns trigger language plpgsql as $$
begin
  if new.ahead_ms < old.ahead_ms then raise exception 'the clock only moves forward'; end if;
  if new.ahead_ms <> old.ahead_ms and not exists (select from deployment where mode = 'sandbox') then
    raise exception 'only a sandbox moves its clock';
  end if;
  return new;
end $$;
create trigger only_forward before update on clock for each row execute function forbid_turning_back();

-- A sandbox's story begins in the past, so that it ends about now: allowed once, before anything is recorded.
create function begin_clock_earlier(days int) returns void language plpgsql security definer set search_path = public as $$
begin
  if days not between 0 and 400 or exists (select from fact) or not exists (select from deployment where mode = 'sandbox') then
    raise exception 'the clock begins only once, in an empty sandbox';
  end if;
  alter table clock disable trigger only_forward;
  update clock set ahead_ms = -86400000::bigint * days;
  alter table clock enable trigger only_forward;
end $$;

-- The one clock: read after the lock is held, in whole milliseconds, and never before the last stamp of the log (fail-over).
create function naru_now() returns timestamptz(3) language sql volatile as
$$ select greatest(date_trunc('milliseconds', clock_timestamp() + make_interval(secs => ahead_ms / 1000.0)), floor) from clock $$;

-- First round trip of an act: lock the case, read the clock, look for a first answer, and bring the states that the act needs.
create function begin_act(
  wanted_case text, exclusive boolean, acting text, act_key text, organisation text, kinds text[], own_bid_of text)
returns table (now timestamptz, answer text, answered_act text, input_hash bytea, stream text, kind text, year int, seq int, hash bytea, state text)
language plpgsql as $$
declare
  moment timestamptz(3);
begin
  if exclusive then perform pg_advisory_xact_lock(hashtextextended(wanted_case, 0));
  else perform pg_advisory_xact_lock_shared(hashtextextended(wanted_case, 0)); end if;
  moment := naru_now();
  return query
    select moment, a.answer, a.act, a.input_hash, c.stream, c.kind, c.year, c.seq, c.hash, c.state
    from (select 1) as one
    left join act_answer a on a.actor = acting and a.key = act_key
    left join current c on
      c.stream = organisation
      or (c.case_id = wanted_case and c.kind = any (kinds) and (c.kind <> 'bid' or own_bid_of is null or c.owner = own_bid_of));
end $$;

-- Second round trip: the facts, the folded states, the entries that wait for the log, personal values, and the answer to repeat.
create function append_facts(facts jsonb, states jsonb, personals jsonb, answer jsonb) returns void language sql as $$
  insert into fact (year, stream, seq, case_id, type, at, record, hash)
    select year, stream, seq, case_id, type, at, record, decode(hash, 'base64')
    from jsonb_to_recordset(facts) as f(year int, stream text, seq int, case_id text, type text, at timestamptz, record text, hash text);
  insert into pending (stream, seq, case_id, public, entry, salt)
    select stream, seq, case_id, public, decode(entry, 'base64'), decode(salt, 'base64')
    from jsonb_to_recordset(facts) as f(stream text, seq int, case_id text, public boolean, entry text, salt text);
  insert into current (stream, kind, case_id, year, seq, hash, owner, round, stage, open_until, state)
    select stream, kind, case_id, year, seq, decode(hash, 'base64'), owner, round, stage, open_until, state
    from jsonb_to_recordset(states) as s(stream text, kind text, case_id text, year int, seq int, hash text, owner text, round int, stage text,
      open_until timestamptz, state text)
    on conflict (stream) do update set seq = excluded.seq, hash = excluded.hash, owner = excluded.owner, stage = excluded.stage,
      open_until = excluded.open_until, state = excluded.state;
  insert into personal (commitment, salt, value, case_id)
    select decode(commitment, 'base64'), decode(salt, 'base64'), value, case_id
    from jsonb_to_recordset(personals) as p(commitment text, salt text, value text, case_id text);
  insert into act_answer (actor, key, case_id, act, input_hash, answer, at)
    select actor, key, case_id, act, decode(input_hash, 'base64'), a.answer, at
    from jsonb_to_record(answer) as a(actor text, key text, case_id text, act text, input_hash text, answer text, at timestamptz)
    where actor is not null;
$$;

grant select, insert on fact to naru_app;
do $$ begin
  for y in 2024..2045 loop execute format('grant select, insert on fact_%s to naru_app', y); end loop;
end $$;
grant select, insert, update on current to naru_app;
grant select, insert, update (value, salt, erased_at) on personal to naru_app;
grant select, insert, delete on pending to naru_app;
grant select, insert on log_entry, checkpoint, set_aside, act_answer, attempt, deployment to naru_app;
grant select, insert, update on serial to naru_app;
grant select, update on clock to naru_app;
