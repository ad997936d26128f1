import type { Digest } from '../domain/digest.ts';
import type { WorkId } from '../domain/ids.ts';
import type { WorkRecord } from '../domain/records/index.ts';
import type { Lane } from '../domain/work.ts';
import { InternalError } from '../errors.ts';
import {
  type BatchSource,
  type FileClaim,
  formBatch,
  MAX_BATCH_SIZE,
  type Operation,
  type Outbox,
  operationId,
} from '../pipeline/anchor/index.ts';

/** Public content, as far as anchoring needs it: `ContentStore.put`. */
export interface ManifestStore {
  put(bytes: Uint8Array): Promise<{ readonly cid: string }>;
}

/** What a batch is made with. */
export interface CollectOptions<Tx> {
  readonly outbox: Outbox<Tx>;
  readonly source: BatchSource<Tx>;
  readonly content: ManifestStore;
  /** Most works of a batch; default 4,096. */
  readonly batchSize?: number;
}

/**
 * Puts recorded works of the batch lane into one batch and enqueues it: members, paths and outbox row in one
 * transaction, so a crash leaves either all of it or none. Gives the number of works; 0 = nothing waited.
 */
export async function collectBatch<Tx>(options: CollectOptions<Tx>): Promise<number> {
  const { outbox, source, content } = options;
  return await outbox.transaction(async (tx) => {
    const candidates = await source.takeRecorded(tx, options.batchSize ?? MAX_BATCH_SIZE);
    if (candidates.length === 0) return 0;
    const { batch, manifest } = formBatch(candidates);
    // Before the commit: a batch whose list of leaves is lost could not be audited. A list too many harms nobody.
    const { cid } = await content.put(manifest.bytes);
    if (cid !== batch.manifestCid)
      throw new InternalError('internal', `the store gave ${cid} for ${batch.manifestCid}`);
    await outbox.insertBatch(tx, batch);
    const { batchId, root, size, manifestCid } = batch;
    const { id } = await outbox.enqueue(tx, { kind: 'register-batch', batchId, root, size, manifestCid });
    for (const [at, { promotion }] of candidates.entries()) {
      const member = batch.members[at];
      if (promotion && member) await enqueuePromotion(outbox, tx, { root, ...member, ...promotion }, id);
    }
    await source.assignBatch(
      tx,
      batchId,
      candidates.map((candidate) => candidate.workId),
    );
    return candidates.length;
  });
}

/** A leaf, and with what it becomes a record of its own. */
type Promotion = Omit<Extract<Operation, { kind: 'promote-for' }>, 'kind'>;

/** Promotes a leaf behind its batch; whatever waited for the registration that it replaces waits for it now. */
async function enqueuePromotion<Tx>(
  outbox: Outbox<Tx>,
  tx: Tx,
  { workId, record, root, index, path, signature }: Promotion,
  batchOperation: Digest,
): Promise<void> {
  const promotion: Operation = { kind: 'promote-for', workId, record, root, index, path, signature };
  const { id } = await outbox.enqueue(tx, promotion, batchOperation);
  await outbox.redirect(tx, registrationId(workId, record), id);
}

/** Id of the registration of a record: it follows from the record alone. */
function registrationId(workId: WorkId, record: WorkRecord): Digest {
  const rest = { nonce: '0', deadline: 0, signature: '0x', standing: null } as const;
  return operationId({ kind: 'register-for', workId, record, ...rest });
}

/** A claim and the work it is against. */
export interface ClaimRequest {
  readonly operation: FileClaim;
  readonly workId: WorkId;
  readonly lane: Lane;
  readonly record: WorkRecord;
  /** The owner's consent to the record; in the batch lane it lets the service promote the work. */
  readonly consentSignature: `0x${string}`;
}

/**
 * Enqueues a claim in the caller's transaction, behind what it needs on the chain: the ledger takes claims only
 * against works with a record of their own, so a work of a batch is promoted first (once, however many claims).
 * Throws `InternalError` when the work was never enqueued.
 */
export async function enqueueClaim<Tx>(outbox: Outbox<Tx>, tx: Tx, request: ClaimRequest): Promise<Digest> {
  const dependsOn = await enqueuePrerequisite(outbox, tx, request);
  return (await outbox.enqueue(tx, request.operation, dependsOn)).id;
}

async function enqueuePrerequisite<Tx>(outbox: Outbox<Tx>, tx: Tx, request: ClaimRequest): Promise<Digest> {
  const { workId, record, lane, consentSignature: signature } = request;
  if (lane === 'record') return registrationId(workId, record);
  const batch = await outbox.batchOf(workId, tx);
  const member = batch?.members.find((candidate) => candidate.workId === workId);
  if (batch === null || member === undefined) throw new InternalError('internal', `${workId} is in no batch`);
  const { root, size, manifestCid, batchId } = batch;
  const { index, path } = member;
  const promotion: Operation = { kind: 'promote-for', workId, record, root, index, path, signature };
  const batchOperation = operationId({ kind: 'register-batch', batchId, root, size, manifestCid });
  return (await outbox.enqueue(tx, promotion, batchOperation)).id;
}
