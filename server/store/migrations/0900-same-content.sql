-- The bytes of a work that was left unsigned may be brought by another before that work is withdrawn: of one content one
-- work is on its way and one is accepted, at most.
drop index works_content;
create unique index works_content_underway on works (content_hash)
  where state in ('received', 'fingerprinted', 'in_review');
create unique index works_content_accepted on works (content_hash)
  where state in ('decided', 'recorded', 'submitted', 'anchored');
