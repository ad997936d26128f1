-- Ids of unsigned works that did not stand against a work in review: they make way when a person accepts it.
alter table works add column passed jsonb;
