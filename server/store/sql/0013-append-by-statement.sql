-- Facts are appended by a statement of the program (server/store/append.ts).
drop function append_facts(jsonb, jsonb, jsonb, jsonb);

-- A record that fits on a page stays as it is: most of a sealed bid is ciphertext, which is compressed in vain.
do $$ begin
  for y in 2024..2045 loop execute format('alter table fact_%s set (toast_tuple_target = 8160)', y); end loop;
end $$;
