-- The report of attempts as it was last shown to a key holder: what a holder confirms by its hash must be what the portal showed (SEA-06).
create table shown_report (
  case_id text not null,
  hash text not null,
  report text not null,
  at timestamptz(3) not null,
  primary key (case_id, hash)
);
grant select, insert, update, delete on shown_report to naru_app;

create index attempt_last on attempt (last_at) where case_id is not null;

-- What is tried on the sealed bids of a tender is kept apart by case, whatever else the same actor has tried: nobody hides one attempt behind a hundred
-- others. There are no more of these rows than tenders, acts and codes.
create or replace function record_attempt(moment timestamptz, wanted_case text, acting text, wanted_act text, why text, bytes int)
returns void language plpgsql security definer set search_path = public as $$
declare
  now_part bigint := floor(extract(epoch from moment) / 600);
  kept_case text := wanted_case;
  kept_act text := wanted_act;
  kept_why text := why;
  guarded constant text[] := array['read-box', 'read-attempts', 'read-proposals', 'read-key', 'keep-key', 'drop-key', 'post-shares', 'attend-opening',
    'use-spare', 'destroy-key', 'deposit-keys', 'name-key-holders', 'propose-amendment', 'approve-amendment', 'cancel-tender', 'close-round',
    'record-opening', 'record-technical-opening'];
begin
  if why <> 'deadlineHasPassed'
    and not (wanted_act = any (guarded) and exists (select from current where stream = 'tender:' || wanted_case))
    and not exists (select from attempt where actor = acting and part = now_part and act = wanted_act and code = why
      and coalesce(case_id, '') = coalesce(kept_case, ''))
    and (select count(*) from attempt where actor = acting and part = now_part) >= 100
  then kept_case := null; kept_act := 'other'; kept_why := 'other';
  end if;
  insert into attempt (at, last_at, case_id, actor, act, code, size, part)
    values (moment, moment, kept_case, acting, kept_act, kept_why, bytes, now_part)
    on conflict (actor, part, act, code, coalesce(case_id, '')) where part > 0
    do update set count = attempt.count + 1, last_at = excluded.last_at, size = greatest(attempt.size, excluded.size);
end $$;
