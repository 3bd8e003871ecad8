-- Refused attempts are counted, not listed one by one: the same refusal of the same actor on the same case within ten minutes is one row
-- with a count. Nobody fills the table: of one actor at most a hundred different refusals are kept apart in ten minutes, the rest are
-- counted together. Late bids are always kept apart by case, since their number stands in the opening record.

alter table attempt add column count int not null default 1;
alter table attempt add column last_at timestamptz(3);
alter table attempt add column part bigint not null default 0;

create unique index attempt_same on attempt (actor, part, act, code, coalesce(case_id, '')) where part > 0;

-- Only the owner's function changes a count; the application may insert and read, as before.
create function record_attempt(moment timestamptz, wanted_case text, acting text, wanted_act text, why text, bytes int)
returns void language plpgsql security definer set search_path = public as $$
declare
  now_part bigint := floor(extract(epoch from moment) / 600);
  kept_case text := wanted_case;
  kept_act text := wanted_act;
  kept_why text := why;
begin
  if why <> 'deadlineHasPassed'
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
revoke all on function record_attempt(timestamptz, text, text, text, text, int) from public;
grant execute on function record_attempt(timestamptz, text, text, text, text, int) to naru_app;
revoke insert on attempt from naru_app;
