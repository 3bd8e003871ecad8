-- Which tables are the record: whoever verifies the database reads them by these comments, so a new one cannot be left out in silence.
-- "record": every row is checked against the log by `naru verify <database>`; "copy": made from a fact and kept as made.
do $$ declare y int; begin
  execute $c$ comment on table fact is 'record: facts, each chained to its predecessor' $c$;
  for y in 2024..2045 loop execute format('comment on table fact_%s is %L', y, 'record: facts of the cases begun in this year'); end loop;
end $$;
comment on table log_entry is 'record: the log, one entry for each fact';
comment on table log_batch is 'record: runs of the sequencer, whose roots are time-stamped';
comment on table checkpoint is 'record: the log''s signed statements of its size and root';
comment on table witnessed_checkpoint is 'record: checkpoints with the quorum of their witnesses';
comment on table batch_token is 'record: time-stamps over the roots of batches';
comment on table personal is 'record: personal values behind the commitments of facts; a row may be erased';
comment on table release is 'record: the open data that facts have made';
comment on table case_document is 'copy: documents rendered from facts, with the fact inside';

do $$ declare name text; begin
  foreach name in array array['log_entry', 'checkpoint'] loop
    execute format('create trigger for_ever before update or delete on %I for each row execute function facts_are_for_ever()', name);
    execute format('create trigger for_ever_whole before truncate on %I for each statement execute function facts_are_for_ever()', name);
  end loop;
end $$;
