-- What has to come to stand on the chain, and the batches. One dialect for PGlite and PostgreSQL 15+.

create table anchor_batches (
  batch_id      text primary key,
  seq           bigserial not null,
  -- One root is one batch: a crash that forms the same batch again meets this.
  root          text not null unique,
  size          integer not null,
  manifest_cid  text not null,
  created_at    timestamptz not null default now()
);

create table anchor_batch_members (
  batch_id       text not null references anchor_batches (batch_id),
  leaf_index     integer not null,
  -- A work is in one batch for ever, whatever crashes: two batches holding it cannot both be written.
  work_id        text not null unique,
  record_digest  text not null unique,
  path           jsonb not null,
  primary key (batch_id, leaf_index)
);

create table outbox (
  -- Content-derived, so that the same intention is one row.
  id                text primary key,
  seq               bigserial not null,
  operation         jsonb not null,
  depends_on        text references outbox (id),
  state             text not null check (state in ('queued', 'submitted', 'anchored', 'finalized', 'failed')),
  nonce             bigint,
  transaction_hash  text,
  block_number      bigint,
  block_hash        text,
  block_time        bigint,
  log_index         integer,
  failures          integer not null default 0,
  -- Unix milliseconds.
  next_attempt_at   bigint not null default 0,
  problem           jsonb,
  created_at        timestamptz not null default now(),
  updated_at        timestamptz not null default now(),
  check (state <> 'submitted' or nonce is not null),
  check (state not in ('anchored', 'finalized') or block_hash is not null)
);
create index outbox_state on outbox (state, seq);
create index outbox_placed on outbox (block_number desc, id desc) where state in ('anchored', 'finalized');
-- Two operations under one nonce would be one lost.
create unique index outbox_nonce on outbox (nonce) where state = 'submitted';

-- Signed bytes are here before they are sent: what may be on its way is always known.
create table outbox_attempts (
  hash       text primary key,
  outbox_id  text not null references outbox (id),
  seq        bigserial not null,
  nonce      bigint not null,
  raw        text not null,
  fees       jsonb not null,
  -- Unix milliseconds.
  signed_at  bigint not null
);
create index outbox_attempts_of on outbox_attempts (outbox_id, seq);

-- Who sends: one process at a time.
create table outbox_lease (
  name        text primary key,
  holder      text not null,
  expires_at  timestamptz not null
);
