-- Which organisation delegated a credential: found by its id with every request of another system. Written with the organisation's facts.
create table credential (
  credential text primary key,
  organisation text not null
);
create index credential_organisation on credential (organisation);
grant select, insert, delete on credential to naru_app;
