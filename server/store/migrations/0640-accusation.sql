-- One accusation is filed once, through whatever check: suspect, work, the work's segment, reporter.
alter table evidence add column accusation text;
-- Where it was filed more than once before, the first carries it.
update evidence set accusation =
    suspect_hash || ' ' || work_id || ' ' || (claim->>'segment') || ' ' || (claim->>'reporter')
  where id in (select min(id) from evidence where state <> 'failed'
               group by suspect_hash, work_id, claim->>'segment', claim->>'reporter');
create unique index evidence_accusation on evidence (accusation) where state <> 'failed';
