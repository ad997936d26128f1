-- Media that have a length, and prints of those that are kept as bytes (video, sound): one row a work, in the order of
-- commits, from which an index in memory is fed. A removal keeps the row and moves it to the end, as in `prints`.

alter table works add column duration_ms integer;
alter table checks add column duration_ms integer;

create table media_prints (
  work_id       text not null,
  -- A video has a print of its pictures and one of its sound.
  medium        text not null,
  position      bigint not null unique,
  model_digest  text not null,
  removed       boolean not null default false,
  -- What else the path wants to know later (the frame rate, for instance).
  facts         jsonb not null default '{}',
  -- Empty once removed.
  print         bytea not null,
  primary key (work_id, medium)
);
create index media_prints_by_model on media_prints (medium, model_digest, position);

-- What a check was compared by, for pictures of the comparison. Can be made again from the upload.
create table check_prints (
  check_id  text primary key references checks (id),
  print     bytea not null
);
