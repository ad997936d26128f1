-- Fingerprints of registered works, one row a work; the vector index is a projection of this table.
-- `position` is the order of commits: the index asks for what lies above the highest it has seen. A removal keeps
-- the row and moves it to the end, so that the index learns of it.

create table prints (
  work_id       text primary key,
  position      bigint not null unique,
  model_digest  text not null,
  removed       boolean not null default false,
  -- Canonical JSON (encodePrint); empty once removed.
  print         text not null
);

create index prints_by_model on prints (model_digest, position);
