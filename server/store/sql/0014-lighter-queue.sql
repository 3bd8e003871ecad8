-- A fact stands in the queue of the log once because it stands in the record once (primary keys of fact and log_entry): an index less for
-- every act to write and for the sequencer to clear.
alter table pending drop constraint pending_stream_seq_key;
