/** A registry in small: real PGlite, real anvil, real contracts, and a table of works that follows the anchorer. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Wallet } from 'ethers';
import { type Anchorer, type AnchorerOptions, createAnchorer } from '../../../server/actions/follow-chain.ts';
import { connectChain } from '../../../server/chain/connect-chain.ts';
import { type Deployment, ensureContracts } from '../../../server/chain/ensure-contracts.ts';
import {
  type LocalChain,
  type LocalChainOptions,
  startLocalChain,
} from '../../../server/chain/local-chain.ts';
import { connectRpc } from '../../../server/chain/rpc.ts';
import type { ContentStore } from '../../../server/content/content-store.ts';
import { openContentStore } from '../../../server/content/open-content-store.ts';
import type { Digest } from '../../../server/domain/digest.ts';
import { newId, type WorkId } from '../../../server/domain/ids.ts';
import { hashWorkRecord, sha256Digest, type WorkRecord } from '../../../server/domain/records/index.ts';
import type { Anchor, OwnerConsent } from '../../../server/domain/work.ts';
import type { AnchorListener, BatchSource, Outbox } from '../../../server/pipeline/anchor/index.ts';
import { cidOf, signingRequest } from '../../../server/pipeline/record/index.ts';
import type { Db, Sql } from '../../../server/store/db.ts';
import { openDb } from '../../../server/store/open-db.ts';
import { openOutbox } from '../../../server/store/outbox-store.ts';
import { putFreshDatabase } from '../../helpers/fresh-database.ts';

export interface TestWork {
  readonly id: WorkId;
  readonly state: string;
  readonly record: WorkRecord;
  readonly record_digest: Digest;
  readonly anchor: Anchor | null;
  readonly consent: OwnerConsent;
  readonly problem: { code: string } | null;
}

export interface Harness {
  readonly directory: string;
  readonly chain: LocalChain;
  readonly db: Db;
  readonly outbox: Outbox<Sql>;
  readonly content: ContentStore;
  readonly deployment: Deployment;
  /** Types of the events, in order, as `type subject`. */
  readonly events: string[];
  rpc<T>(method: string, params?: readonly unknown[]): Promise<T>;
  connect(rpcUrl?: string): Required<ReturnType<typeof connectChain>>;
  anchorer(options?: Partial<AnchorerOptions<Sql>>): Anchorer;
  addWorks(count: number, lane?: 'batch' | 'record', owner?: Wallet): Promise<TestWork[]>;
  works(): Promise<TestWork[]>;
  close(): Promise<void>;
}

export const OWNER = new Wallet(`0x${'11'.repeat(32)}`);

/** Starts everything in a new folder, or in the folder of an earlier harness that was closed. */
export async function startHarness(
  options: Partial<LocalChainOptions> & { directory?: string } = {},
): Promise<Harness> {
  const directory = options.directory ?? (await mkdtemp(join(tmpdir(), 'colophon-chain-')));
  const chain = await startLocalChain({ ...options, directory: join(directory, 'chain') });
  const deployment = await ensureContracts({
    rpcUrl: chain.rpcUrl,
    signerKey: chain.signerKey,
    file: join(directory, 'contracts.json'),
  });
  await putFreshDatabase(join(directory, 'db'));
  const db = await openDb({ url: null, directory: join(directory, 'db') });
  await db.query(
    `create table if not exists test_works (id text primary key, seq bigserial, state text not null, lane text not null,
       record jsonb not null, record_digest text not null, batch_id text, anchor jsonb, consent jsonb, problem jsonb)`,
  );
  const content = await openContentStore({ directory: join(directory, 'content') });
  const outbox = openOutbox(db);
  const events: string[] = [];
  const { registry, ledger } = deployment;
  const connect = (rpcUrl = chain.rpcUrl) =>
    connectChain({ rpcUrl, registry, ledger, timeoutMs: 20_000 }, chain.signerKey) as Required<
      ReturnType<typeof connectChain>
    >;
  return {
    directory,
    chain,
    db,
    outbox,
    content,
    deployment,
    events,
    connect,
    rpc: (method, params) => connectRpc(chain.rpcUrl)(method, params),
    anchorer: (overrides = {}) => {
      const { reader, writer } = connect();
      return createAnchorer({
        outbox,
        reader,
        writer: writer!,
        listener: testListener(events),
        source: testSource,
        content,
        batchIntervalMs: 50,
        pollMs: 25,
        idleMs: 100,
        ...overrides,
      });
    },
    addWorks: (count, lane = 'batch', owner = OWNER) =>
      addWorks({ db, outbox, deployment }, count, lane, owner),
    works: () => db.query('select * from test_works order by seq') as unknown as Promise<TestWork[]>,
    async close() {
      await chain.stop();
      await content.close();
      await db.close();
    },
  };
}

/** A record of nothing in particular; `seed` makes it unique. */
export function testRecord(seed: string, owner: Wallet = OWNER): WorkRecord {
  const digest = (what: string) => sha256Digest(new TextEncoder().encode(`${what} ${seed}`));
  return {
    contentHash: digest('content'),
    code: digest('code'),
    fingerprintRoot: digest('fingerprint'),
    modelDigest: digest('model'),
    mediaType: 'image/png',
    metadataCid: cidOf(new TextEncoder().encode(seed)),
    owner: owner.address.toLowerCase() as `0x${string}`,
  };
}

export async function signRecord(
  lane: 'batch' | 'record',
  record: WorkRecord,
  deployment: Deployment,
  owner: Wallet = OWNER,
  nonce = 0,
  deadline = Math.floor(Date.now() / 1000) + 86_400,
): Promise<OwnerConsent> {
  const request = signingRequest(
    lane,
    record,
    { deadline, nonce: lane === 'record' ? String(nonce) : null },
    deployment,
  );
  const types = request.types as unknown as Record<string, { name: string; type: string }[]>;
  const signature = (await owner.signTypedData(request.domain, types, request.message)) as `0x${string}`;
  if (request.standing === null) return { signature, deadline, nonce: null, standing: null };
  const { signature: standing } = await signRecord('batch', record, deployment, owner);
  return { signature, deadline, nonce: request.nonce, standing };
}

async function addWorks(
  { db, outbox, deployment }: Pick<Harness, 'db' | 'outbox' | 'deployment'>,
  count: number,
  lane: 'batch' | 'record',
  owner: Wallet,
): Promise<TestWork[]> {
  const [before] = await db.query<{ n: number }>(
    "select count(*)::int as n from test_works where lane = 'record'",
  );
  const added: TestWork[] = [];
  for (let i = 0; i < count; i++) {
    const id = newId('work');
    const record = testRecord(id, owner);
    const nonce = (before?.n ?? 0) + i;
    const consent = await signRecord(lane, record, deployment, owner, nonce);
    const recordDigest = hashWorkRecord(record);
    await db.transaction(async (sql) => {
      await sql.query(
        `insert into test_works (id, state, lane, record, record_digest, consent) values ($1, 'recorded', $2, $3::jsonb, $4, $5::jsonb)`,
        [id, lane, JSON.stringify(record), recordDigest, JSON.stringify(consent)],
      );
      if (lane === 'record') {
        const { deadline, signature, standing } = consent;
        await outbox.enqueue(sql, {
          kind: 'register-for',
          workId: id,
          record,
          nonce: String(nonce),
          deadline,
          signature,
          standing,
        });
      }
    });
    added.push({
      id,
      state: 'recorded',
      record,
      record_digest: recordDigest,
      anchor: null,
      consent,
      problem: null,
    });
  }
  return added;
}

export const testSource: BatchSource<Sql> = {
  async takeRecorded(sql, limit) {
    const rows = await sql.query<{ id: WorkId; record_digest: Digest }>(
      `select id, record_digest from test_works where lane = 'batch' and state = 'recorded' and batch_id is null
       order by seq limit $1 for update`,
      [limit],
    );
    return rows.map((row) => ({ workId: row.id, recordDigest: row.record_digest, promotion: null }));
  },
  async assignBatch(sql, batchId, workIds) {
    await sql.query('update test_works set batch_id = $1 where id = any($2::text[])', [batchId, workIds]);
  },
};

export function testListener(events: string[]): AnchorListener<Sql> {
  const states = {
    submitted: 'submitted',
    anchored: 'anchored',
    finalized: 'anchored',
    rolledBack: 'recorded',
    failed: 'recorded',
    replaced: 'recorded',
  };
  return {
    async onAnchorEvent(sql, event) {
      events.push(`${event.type} ${event.operation.kind}`);
      if (event.subject.kind !== 'works') return;
      for (const { workId, anchor } of event.subject.works) {
        await sql.query(
          'update test_works set state = $2, anchor = $3::jsonb, problem = $4::jsonb where id = $1',
          [
            workId,
            states[event.type],
            anchor && JSON.stringify(anchor),
            'problem' in event ? JSON.stringify(event.problem) : null,
          ],
        );
      }
    },
  };
}

/** Waits until `done` holds; fails with what it saw last. Far longer than it takes: tests may share their machine. */
export async function until<T>(
  look: () => Promise<T>,
  done: (value: T) => boolean,
  timeoutMs = 90_000,
): Promise<T> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    const value = await look();
    if (done(value)) return value;
    if (Date.now() > deadline) throw new Error(`still ${JSON.stringify(value)?.slice(0, 1500)}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

export const allAnchored = (works: readonly TestWork[]): boolean =>
  works.every((work) => work.state === 'anchored');

export async function removeDirectory(directory: string): Promise<void> {
  await rm(directory, { recursive: true, force: true });
}
