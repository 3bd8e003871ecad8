-- Which batches hold sealed entries: those are time-stamped, found in order without walking through all others.
alter table log_batch add column sealed int not null default 0 check (sealed between 0 and count);
create index log_batch_sealed on log_batch (first) where sealed > 0;
