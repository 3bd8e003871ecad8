-- First round trip of bids that came together for one tender: one lock, one time, and for each of them its first answer, the bidder's
-- organisation and its own bid before; the tender's own state once, as row 0.
--
-- By index alone: a plan that reads whole tables may be right while they are nearly empty, and is kept while they fill before a deadline.
create function begin_together(wanted_case text, acting text[], act_keys text[], organisations text[], kinds text[], known bytea[])
returns table (n int, now timestamptz, answer text, answered_act text, input_hash bytea, stream text, kind text, year int, seq int, hash bytea, state text)
language plpgsql set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
  moment timestamptz(3);
begin
  perform pg_advisory_xact_lock_shared(hashtextextended(wanted_case, 0));
  moment := naru_now();
  return query
    select w.n::int, moment, a.answer, a.act, a.input_hash, c.stream, c.kind, c.year, c.seq, c.hash, case when c.hash = any (known) then null else c.state end
    from unnest(acting, act_keys, organisations) with ordinality as w(acting, act_key, organisation, n)
    left join act_answer a on a.actor = w.acting and a.key = w.act_key
    left join lateral (
      select * from current o where o.stream = 'organisation:' || w.organisation
      union all
      select * from current b where b.kind = 'bid' and b.case_id = wanted_case and b.owner = w.organisation
    ) as c on true
    union all
    select 0, moment, null, null, null, k.stream, k.kind, k.year, k.seq, k.hash, case when k.hash = any (known) then null else k.state end
    from current k where k.case_id = wanted_case and k.kind = any (kinds);
end $$;
