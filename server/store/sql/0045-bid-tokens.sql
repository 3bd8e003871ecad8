-- A time-stamp for each bid, where the terms of its tender ask for one: RFC 3161 over H("tst", u64(index), u64(1), leaf hash of the entry), which is
-- the message of a batch of this entry alone (protocol §5), so that it is logged, carried and checked like any other token.
create table bid_token (
  index bigint primary key references log_entry,
  authority text not null,
  token bytea not null,
  gen_time timestamptz(3) not null
);
comment on table bid_token is 'record: time-stamps over single bids';
create trigger for_ever before update or delete on bid_token for each row execute function facts_are_for_ever();
create trigger for_ever_whole before truncate on bid_token for each statement execute function facts_are_for_ever();
grant select, insert on bid_token to naru_app;
