-- A bidder's second device: the window in which the sealed bytes of one version may be fetched by who can name it, and when they were.
create table second_look (
  case_id text not null,
  -- The version's M in base64.
  m text primary key,
  opened timestamptz(3) not null,
  until timestamptz(3) not null,
  remaining int not null check (remaining >= 0),
  looks timestamptz(3)[] not null default '{}'
);
grant select, insert, update on second_look to naru_app;
