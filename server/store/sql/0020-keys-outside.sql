-- The private keys of log and promises leave the database: whoever can rewrite the record must not find there the key to sign it anew.
-- What stays is how to know them: the public keys, set once. The old columns are emptied when the keys lie in their files (key-file.ts).
alter table deployment
  add column log_public bytea check (length(log_public) = 32),
  add column promise_public bytea check (length(promise_public) = 32),
  alter column log_key drop not null,
  alter column promise_key drop not null;

create function keys_only_leave() returns trigger language plpgsql as $$
begin
  if (new.log_key is not null and new.log_key is distinct from old.log_key)
    or (new.promise_key is not null and new.promise_key is distinct from old.promise_key)
    or (old.log_public is not null and new.log_public is distinct from old.log_public)
    or (old.promise_public is not null and new.promise_public is distinct from old.promise_public) then
    raise exception 'the keys of a deployment only leave the database';
  end if;
  return new;
end $$;
create trigger keys_only_leave before update on deployment for each row execute function keys_only_leave();
grant update (log_key, promise_key, log_public, promise_public) on deployment to naru_app;
