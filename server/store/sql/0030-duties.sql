-- A key holder's program asks for the tenders that name its person (GET /api/duties), every few seconds and for years.
create index current_holders on current using gin (((state::jsonb) -> 'holders') jsonb_path_ops) where kind = 'tender';
