-- Batches as the sequencer ran, checkpoints as witnesses cosigned them, and time-stamps of batches.

-- One row per run of the sequencer: entries first..first+count-1, and the RFC 6962 root over them (protocol §4a), which is time-stamped.
create table log_batch (
  first bigint primary key check (first >= 0),
  count int not null check (count > 0),
  root bytea not null check (length(root) = 32),
  at timestamptz(3) not null
);

-- A checkpoint is published only with its quorum; the row stands before the file. `time` is the median time of the quorum's witnesses,
-- null where the policy asks for none.
create table witnessed_checkpoint (
  size bigint primary key references checkpoint,
  note text not null,
  time timestamptz(3),
  at timestamptz(3) not null
);

-- RFC 3161 tokens over H("tst", u64(first), u64(count), root), one of each authority.
create table batch_token (
  first bigint not null references log_batch,
  authority text not null,
  token bytea not null,
  gen_time timestamptz(3) not null,
  primary key (first, authority)
);

do $$ declare name text; begin
  foreach name in array array['log_batch', 'witnessed_checkpoint', 'batch_token'] loop
    execute format('create trigger for_ever before update or delete on %I for each row execute function facts_are_for_ever()', name);
    execute format('create trigger for_ever_whole before truncate on %I for each statement execute function facts_are_for_ever()', name);
  end loop;
end $$;
grant select, insert on log_batch, witnessed_checkpoint, batch_token to naru_app;
