-- Bids in a closed box whose stored bytes are no longer those that were sealed: the opening stops, and the operator is alarmed (OPN-03).
create table altered_box (
  case_id text not null,
  index bigint not null,
  what text not null,
  at timestamptz(3) not null,
  primary key (case_id, index)
);
grant select, insert, delete on altered_box to naru_app;
