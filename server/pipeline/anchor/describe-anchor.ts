import type { Address } from '../../domain/records/index.ts';
import { batchIdOf, hashEvidenceClaim } from '../../domain/records/index.ts';
import type { Anchor } from '../../domain/work.ts';
import type { AnchorSubject } from './anchor-listener.ts';
import type { ChainPlace } from './chain-reader.ts';
import type { Operation } from './operation.ts';
import type { Batch } from './outbox.ts';

/** Which chain, which registry and whose transactions: what every anchor repeats. */
export interface AnchorContext {
  readonly chainId: number;
  readonly registry: Address;
  readonly submitter: Address;
}

/**
 * What an event is about, in the words of the domain. `place` is where it stands (null: nowhere); `batch` belongs to a
 * `register-batch` operation.
 */
export function describeSubject(
  operation: Operation,
  context: AnchorContext,
  place: ChainPlace | null,
  finalized: boolean,
  batch: Batch | null,
): AnchorSubject {
  switch (operation.kind) {
    case 'file-claim':
      return {
        kind: 'evidence',
        evidenceId: operation.evidenceId,
        claimId: hashEvidenceClaim(operation.claim),
      };
    case 'promote-for':
      return { kind: 'promotion', workId: operation.workId };
    case 'register-for': {
      const anchor = place && {
        ...baseAnchor(context, place, finalized),
        lane: 'record' as const,
        batch: null,
      };
      return { kind: 'works', works: [{ workId: operation.workId, anchor }] };
    }
    case 'register-batch': {
      const works = (batch?.members ?? []).map((member) => ({
        workId: member.workId,
        anchor: place && batchAnchor(operation, context, place, finalized, member),
      }));
      return { kind: 'works', works };
    }
  }
}

function batchAnchor(
  operation: Extract<Operation, { kind: 'register-batch' }>,
  context: AnchorContext,
  place: ChainPlace,
  finalized: boolean,
  member: Batch['members'][number],
): Anchor {
  const { root, size } = operation;
  const { index, path } = member;
  // The batch's id on the chain, which names root and submitter; ours (`batch_…`) means nothing to an auditor.
  const batchId = batchIdOf(root, context.submitter);
  return {
    ...baseAnchor(context, place, finalized),
    lane: 'batch',
    batch: { batchId, root, size, index, path },
  };
}

function baseAnchor(context: AnchorContext, place: ChainPlace, finalized: boolean) {
  const { transactionHash, blockNumber, blockHash, blockTime } = place;
  const { chainId, registry } = context;
  return { chainId, registry, transactionHash, blockNumber, blockHash, blockTime, finalized };
}
