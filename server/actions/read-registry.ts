import type { Digest } from '../domain/digest.ts';
import type { UnsignedTerms } from '../domain/unsigned-wait.ts';
import type { Deps } from './deps.ts';
import { policyOf } from './media/policy-of.ts';

/** What anybody may know of the registry. `head` is null while the chain does not answer. */
export interface RegistryFacts {
  readonly chainId: number;
  readonly registry: `0x${string}`;
  readonly ledger: `0x${string}`;
  readonly model: { readonly name: string; readonly version: string; readonly digest: Digest };
  /** Of pictures; other media have their own. */
  readonly policyVersion: string;
  readonly works: { readonly total: number; readonly anchored: number };
  readonly unsigned: UnsignedTerms;
  readonly head: {
    readonly blockNumber: number;
    readonly blockHash: Digest;
    readonly blockTime: number;
  } | null;
}

/** Reads the public facts of the registry. */
export async function readRegistry(
  deps: Pick<Deps, 'works' | 'chain' | 'identity' | 'model' | 'media' | 'policy' | 'unsigned'>,
): Promise<RegistryFacts> {
  const { chainId, registry, ledger } = deps.identity;
  const { name, version, digest } = deps.model;
  const [works, head] = await Promise.all([
    deps.works.countWorks(),
    deps.chain.block('latest').catch(() => null),
  ]);
  return {
    chainId,
    registry,
    ledger,
    model: { name, version, digest },
    policyVersion: policyOf(deps.media.of('image'), deps.policy).version,
    works,
    unsigned: deps.unsigned,
    head: head && { blockNumber: head.number, blockHash: head.hash, blockTime: head.timestamp },
  };
}
