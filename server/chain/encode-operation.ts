import type { Address } from '../domain/records/index.ts';
import { batchIdOf } from '../domain/records/index.ts';
import type { FileClaim, Operation } from '../pipeline/anchor/index.ts';
import { ledgerInterface, registryInterface } from './contract-errors.ts';
import type { EventSources } from './find-anchor.ts';

/** The contract call that an operation is: whom, and with which bytes. */
export interface EncodedCall {
  readonly to: Address;
  readonly data: string;
}

/** Encodes an operation as the transaction that `submitter` sends. */
export function encodeOperation(
  operation: Operation,
  contracts: EventSources,
  submitter: Address,
): EncodedCall {
  switch (operation.kind) {
    case 'register-batch': {
      const args = [operation.root, operation.size, operation.manifestCid];
      return registryCall(contracts, 'registerBatch', args);
    }
    case 'register-for':
      return registryCall(contracts, 'registerFor', [
        operation.record,
        operation.deadline,
        operation.signature,
      ]);
    case 'promote-for': {
      const { index, path, record, signature } = operation;
      const args = [batchIdOf(operation.root, submitter), index, path, record, signature];
      return registryCall(contracts, 'promoteFor', args);
    }
    case 'file-claim':
      return { to: contracts.ledger, data: encodeClaim(operation) };
  }
}

function registryCall(contracts: EventSources, name: string, args: unknown[]): EncodedCall {
  return { to: contracts.registry, data: registryInterface.encodeFunctionData(name, args) };
}

function encodeClaim(operation: FileClaim): string {
  const { record, claim, segmentProof, filing } = operation;
  const name = `file${segmentProof === null ? '' : 'Segment'}Claim${filing === null ? '' : 'For'}`;
  const args: unknown[] = [record, claim];
  if (segmentProof !== null) args.push(segmentProof);
  if (filing !== null) args.push(filing.deadline, filing.signature);
  return ledgerInterface.encodeFunctionData(name, args);
}
