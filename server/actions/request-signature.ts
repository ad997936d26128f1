import type { WorkId } from '../domain/ids.ts';
import { ConflictError, InternalError, NotFoundError } from '../errors.ts';
import { type SigningRequest, signingRequest } from '../pipeline/record/index.ts';
import type { Sql } from '../store/db.ts';
import type { Deps } from './deps.ts';

/** How long an owner has to sign, in seconds. */
export const SIGNING_SECONDS = 24 * 3600;

/**
 * What the owner's wallet is asked. Throws `not_found`, `wrong_state` unless `decided`, `chain_unavailable` when the
 * next nonce is not to be had (record lane).
 */
export async function requestSignature(
  deps: Pick<Deps, 'db' | 'works' | 'chain' | 'identity' | 'now'>,
  workId: WorkId,
): Promise<SigningRequest> {
  const work = await deps.works.findWork(workId);
  if (!work) throw new NotFoundError('not_found', `there is no work ${workId}`);
  if (work.state !== 'decided') {
    throw new ConflictError('wrong_state', `the work is ${work.state}; it is signed when decided`, {
      extra: { state: work.state },
    });
  }
  const record = await deps.works.findRecord(workId);
  if (!record) throw new InternalError('internal', `${workId} is decided without a record`);
  const nonce = work.lane === 'record' ? await peekNonce(deps, work.owner) : null;
  const deadline = Math.floor(deps.now() / 1000) + SIGNING_SECONDS;
  return signingRequest(work.lane, record, { deadline, nonce }, deps.identity);
}

async function peekNonce(deps: Pick<Deps, 'db' | 'works' | 'chain'>, owner: `0x${string}`): Promise<string> {
  const onChain = await deps.chain.registrationNonce(owner);
  return await deps.db.transaction((sql) => nextNonce(deps, sql, owner, onChain));
}

/** The nonce that a registration of this owner must carry: the chain's, or the one after those that wait. */
export async function nextNonce(
  deps: Pick<Deps, 'works'>,
  sql: Sql,
  owner: `0x${string}`,
  onChain: bigint,
): Promise<string> {
  const waiting = await deps.works.lockHighestNonce(sql, owner);
  return (waiting !== null && waiting >= onChain ? waiting + 1n : onChain).toString();
}
