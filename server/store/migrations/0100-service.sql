-- The service's own tables: who may call, what was uploaded, works, checks, evidence, jobs and their memory.
-- One dialect for PGlite and PostgreSQL 15+. Ids are text (`work_…`); digests are `0x` + 64 hex, as in JSON.

-- Tells one database from another: what is derived from it (the index's snapshot) must not be used with another.
create table database_identity (id text primary key);
insert into database_identity (id) values (gen_random_uuid()::text);

create table api_keys (
  id           text primary key,
  name         text not null,
  role         text not null check (role in ('creator', 'platform', 'auditor', 'admin')),
  -- SHA-256 of the 256-bit secret: nothing to guess, so no slow hash is needed.
  secret_hash  text not null,
  created_at   timestamptz not null default now(),
  revoked_at   timestamptz
);

create table uploads (
  content_id    text primary key,
  content_hash  text not null,
  size_bytes    bigint not null,
  media_type    text not null,
  created_at    timestamptz not null default now()
);

-- Who has shown that they hold the bytes: knowing a hash is not holding the file.
create table upload_holders (
  content_id  text not null references uploads (content_id) on delete cascade,
  key_id      text not null references api_keys (id),
  file_name   text not null,
  primary key (content_id, key_id)
);

create table works (
  id                text primary key,
  state             text not null check (state in ('received', 'fingerprinted', 'decided', 'in_review',
                      'rejected', 'recorded', 'submitted', 'anchored')),
  medium            text not null,
  title             text not null,
  file_name         text not null,
  media_type        text not null,
  size_bytes        bigint not null,
  width             integer,
  height            integer,
  content_id        text not null references uploads (content_id),
  content_hash      text not null,
  owner             text not null,
  lane              text not null check (lane in ('batch', 'record')),
  key_id            text not null references api_keys (id),
  code              text,
  fingerprint_root  text,
  model_digest      text,
  metadata_cid      text,
  -- Place of its print in the order of commits: of two copies in flight, the earlier one is the original.
  print_position    bigint,
  record            jsonb,
  record_digest     text,
  verdict           jsonb,
  consent           jsonb,
  batch_id          text,
  anchor            jsonb,
  problem           jsonb,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
-- One live work for one content: of two uploads at the same moment, one wins here.
create unique index works_content on works (content_hash) where state <> 'rejected';
create unique index works_record on works (record_digest) where state <> 'rejected';
create index works_unbatched on works (id) where state = 'recorded' and lane = 'batch' and batch_id is null;
create index works_state on works (state, id);
create index works_owner on works (owner, id);

create table checks (
  id            text primary key,
  state         text not null check (state in ('received', 'decided', 'failed')),
  medium        text not null,
  file_name     text not null,
  media_type    text not null,
  size_bytes    bigint not null,
  width         integer,
  height        integer,
  content_id    text not null references uploads (content_id),
  content_hash  text not null,
  key_id        text not null references api_keys (id),
  code          text,
  verdict       jsonb,
  problem       jsonb,
  created_at    timestamptz not null default now(),
  updated_at    timestamptz not null default now()
);
create index checks_key on checks (key_id, id);

create table evidence (
  id                text primary key,
  state             text not null check (state in ('recorded', 'submitted', 'anchored', 'failed')),
  check_id          text not null references checks (id),
  work_id           text not null references works (id),
  key_id            text not null references api_keys (id),
  match             jsonb not null,
  source_url        text,
  statement         text,
  accused           text,
  suspect_hash      text not null,
  suspect_code      text not null,
  hamming_distance  integer not null,
  evidence_root     text not null,
  evidence_cid      text not null,
  -- The whole claim as it goes to the chain; its digest is claim_id.
  claim             jsonb not null,
  claim_id          text,
  transaction_hash  text,
  block_number      bigint,
  block_time        bigint,
  finalized         boolean not null default false,
  problem           jsonb,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now()
);
create unique index evidence_claim on evidence (claim_id) where state <> 'failed';
-- One claim for one match of a check: the dossier has random salts, so its digest alone would not tell.
create unique index evidence_match on evidence (check_id, work_id) where state <> 'failed';
create index evidence_work on evidence (work_id, id);

-- The queue and the resource that `GET /v1/jobs/:id` shows are the same row.
create table jobs (
  id            text primary key,
  kind          text not null,
  subject_id    text not null,
  key_id        text,
  state         text not null check (state in ('queued', 'running', 'done', 'failed')),
  failures      integer not null default 0,
  claims        integer not null default 0,
  run_at        timestamptz not null default now(),
  lease_until   timestamptz,
  -- Changes with every claim: a worker that lost its lease can no longer report.
  lease_token   text,
  progress      jsonb,
  problem       jsonb,
  created_at    timestamptz not null default now(),
  started_at    timestamptz,
  ended_at      timestamptz
);
create index jobs_queued on jobs (run_at, id) where state = 'queued';
create index jobs_running on jobs (lease_until) where state = 'running';
create index jobs_subject on jobs (subject_id);

create table job_events (
  job_id  text not null references jobs (id) on delete cascade,
  seq     integer not null,
  event   text not null,
  data    jsonb not null,
  at      timestamptz not null default now(),
  primary key (job_id, seq)
);

create table idempotency_keys (
  key_id          text not null references api_keys (id),
  key             text not null,
  request_digest  text not null,
  -- Null while the first request runs; then the response as it was sent.
  response        jsonb,
  locked_until    timestamptz not null,
  created_at      timestamptz not null default now(),
  primary key (key_id, key)
);

create table audit_log (
  seq         bigserial primary key,
  at          timestamptz not null default now(),
  key_id      text,
  request_id  text,
  action      text not null,
  subject_id  text,
  outcome     text not null,
  facts       jsonb not null default '{}'
);
