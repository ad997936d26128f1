import type { WorkId } from '../domain/ids.ts';
import type { OwnerConsent, Work } from '../domain/work.ts';
import { ConflictError, InternalError, NotFoundError } from '../errors.ts';
import { verifyConsent } from '../pipeline/record/index.ts';
import type { Deps, OnCommit } from './deps.ts';
import { nextNonce } from './request-signature.ts';

type Needs = Pick<Deps, 'db' | 'works' | 'chain' | 'identity' | 'outbox' | 'kickAnchorer' | 'now'>;

/**
 * Takes the owner's signature: the record is immutable from here (`recorded`) and goes to the chain by itself.
 *
 * Throws `not_found`, `signature_replayed` when this signature was taken before, `wrong_state` unless `decided`, and
 * what `verifyConsent` throws; then nothing changed.
 */
export async function signWork(
  deps: Needs,
  input: { readonly workId: WorkId; readonly consent: OwnerConsent },
  onCommit: OnCommit<Work>,
): Promise<Work> {
  const { workId, consent } = input;
  const before = await deps.works.findWork(workId);
  if (!before) throw new NotFoundError('not_found', `there is no work ${workId}`);
  refuseReplay(before, consent);
  const record = await deps.works.findRecord(workId);
  if (!record) throw new InternalError('internal', `${workId} is decided without a record`);
  // Not in the transaction: a contract account is asked over the network.
  await verifyConsent({
    lane: before.lane,
    record,
    consent,
    domain: deps.identity,
    now: Math.floor(deps.now() / 1000),
    checkContract: (account, digest, signature) => deps.chain.isValidSignature(account, digest, signature),
  });
  const onChain = before.lane === 'record' ? await deps.chain.registrationNonce(before.owner) : 0n;
  const work = await deps.db.transaction(async (sql) => {
    if (before.lane === 'record') requireNonce(consent, await nextNonce(deps, sql, before.owner, onChain));
    const signed = await deps.works.moveWork(sql, workId, ['decided'], 'recorded', {
      consent,
      problem: null,
    });
    if (signed.lane === 'record') {
      await deps.outbox.enqueue(sql, {
        kind: 'register-for',
        workId,
        record,
        nonce: consent.nonce ?? '0',
        deadline: consent.deadline,
        signature: consent.signature,
        standing: consent.standing,
      });
    }
    await onCommit(sql, signed);
    return signed;
  });
  deps.kickAnchorer();
  return work;
}

function refuseReplay(work: Work, consent: OwnerConsent): void {
  if (work.consent?.signature.toLowerCase() === consent.signature.toLowerCase()) {
    throw new ConflictError('signature_replayed', `this signature was taken at ${work.updatedAt}`, {
      location: `/v1/works/${work.id}`,
    });
  }
  if (work.state !== 'decided') {
    throw new ConflictError('wrong_state', `the work is ${work.state}; it is signed when decided`, {
      extra: { state: work.state },
    });
  }
}

function requireNonce({ nonce: given }: OwnerConsent, next: string): void {
  if (given === next) return;
  throw new ConflictError(
    'signature_replayed',
    `the signature has nonce ${given}, the next is ${next}: sign again`,
  );
}
