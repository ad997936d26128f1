import type { Address } from '../domain/records/index.ts';

/** Which contracts stand where. */
export interface Deployment {
  readonly chainId: number;
  readonly registry: Address;
  readonly ledger: Address;
  /** Whether this call deployed one of them. */
  readonly deployed: boolean;
}

/** What `ensureContracts` needs. */
export interface EnsureOptions {
  readonly rpcUrl: string;
  readonly signerKey: `0x${string}`;
  /** JSON file that remembers the addresses. */
  readonly file: string;
  /** Admin and first arbiter of the ledger; default the signer. */
  readonly arbiter?: Address;
  readonly timeoutMs?: number;
}

/**
 * Finds the contracts that `file` remembers, or deploys them: where there is no code, or other code than ours.
 * Throws `UpstreamError('chain_unavailable')`, `InputError('chain_rejected')`.
 */
export async function ensureContracts(_options: EnsureOptions): Promise<Deployment> {
  throw new Error('being written');
}
