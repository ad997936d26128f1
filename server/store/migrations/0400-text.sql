-- Texts of registered works and the inverted index over their kept grams. Both can be rebuilt from the content store.

create table text_prints (
  -- A small number stands for the work in the index, which has a row for every tenth character or so.
  text_no       integer generated always as identity primary key,
  work_id       text not null unique,
  model_digest  text not null,
  characters    integer not null,
  code          text not null,
  -- As it was read: matching aligns with it, the console shows the copied stretch from it.
  content       text not null,
  created_at    timestamptz not null default now()
);

create table text_grams (
  -- 53 bits, so that a double holds it.
  hash      bigint not null,
  text_no   integer not null,
  position  integer not null,
  -- Works registered earlier first: where a gram is too common to be followed everywhere, those are.
  primary key (hash, text_no, position)
);
