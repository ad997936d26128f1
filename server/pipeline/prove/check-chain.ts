import { batchIdOf } from '../../domain/records/index.ts';
import { describeFinality } from '../../domain/state-words.ts';
import type { AnchorEventOnChain, Block, ChainReader, ChainSubject } from '../anchor/index.ts';
import { require, Undecided } from './claim-result.ts';
import type { EvidencePart, ProofBundle } from './proof-bundle.ts';
import type { VerifyOptions } from './verify-options.ts';

/** The node, or the end of what can be told. */
export function requireChain(options: VerifyOptions): ChainReader {
  if (options.chain === undefined) throw new Undecided('rpc', 'no chain node was given');
  return options.chain;
}

/** The bundle speaks of the chain and the contracts that the verifier asks, and their code is the published one. */
export async function checkChain({ chain }: ProofBundle, options: VerifyOptions): Promise<string> {
  const reader = requireChain(options);
  const chainId = await reader.chainId();
  require(chainId ===
    chain.chainId, 'chainId', `the node is on chain ${chainId}, the bundle names ${chain.chainId}`);
  const { registry, ledger } = reader;
  require(registry ===
    chain.registry, 'registry', `expected the registry ${registry}, the bundle names ${chain.registry}`);
  require(ledger ===
    chain.ledger, 'ledger', `expected the ledger ${ledger}, the bundle names ${chain.ledger}`);
  if (options.isPublishedCode === undefined) throw new Undecided('code', 'the published code is not at hand');
  for (const name of ['registry', 'ledger'] as const) {
    const code = await reader.codeAt(chain[name]);
    require(code !== '0x', `${name} code`, `there is no contract at ${chain[name]}`);
    const published = options.isPublishedCode(name, code, chain);
    require(published, `${name} code`, `the code at ${chain[name]} is not the published one`);
  }
  const asked = await reader.ledgerRegistry();
  require(asked === chain.registry, 'ledger registry', `the ledger asks the registry ${asked}`);
  return `registry and ledger on chain ${chainId} run the published code`;
}

/** The work stood on the chain at the time that the bundle names. */
export async function checkExisted(bundle: ProofBundle, options: VerifyOptions): Promise<string> {
  const reader = requireChain(options);
  const { recordDigest, anchor } = bundle.work;
  const { batch } = anchor;
  const subject: ChainSubject =
    batch === null ? { kind: 'work', id: recordDigest } : { kind: 'batch', id: batch.batchId };
  const { block, event, isFinal } = await checkPlace(reader, subject, anchor);
  if (batch === null) {
    const work = await reader.work(recordDigest);
    require(work !== null, 'registry', 'the registry does not know the work');
    require(work.claimedAt <= block.timestamp, 'time', `the registry has the time ${work.claimedAt}`);
    return `registered at ${iso(work.claimedAt)}, in block ${block.number}, ${describeFinality(isFinal)}`;
  }
  const stored = await reader.batch(batch.batchId);
  require(stored !== null, 'registry', 'the registry does not know the batch');
  const id = batchIdOf(batch.root, stored.submitter);
  require(id === batch.batchId, 'root', `root and submitter give the batch ${id}, not ${batch.batchId}`);
  require(event.root === batch.root, 'root', `the event names the root ${event.root}`);
  require(stored.size === batch.size, 'size', `the registry has a batch of ${stored.size}`);
  require(stored.timestamp === block.timestamp, 'time', `the registry has the time ${stored.timestamp}`);
  return `its batch was anchored at ${iso(block.timestamp)}, in block ${block.number}, ${describeFinality(isFinal)}`;
}

/** The claim stands in the ledger as the bundle says. */
export async function checkFiled(evidence: EvidencePart, options: VerifyOptions): Promise<string> {
  const reader = requireChain(options);
  const subject: ChainSubject = { kind: 'claim', id: evidence.claimId };
  const { block, event, isFinal } = await checkPlace(reader, subject, evidence.anchor);
  const stored = await reader.claim(evidence.claimId);
  require(stored !== null, 'ledger', 'the ledger does not know the claim');
  const { reporter } = evidence.claim;
  require(stored.reporter === reporter, 'reporter', `the ledger names ${stored.reporter} as the reporter`);
  require(stored.filedAt === block.timestamp, 'time', `the ledger has the time ${stored.filedAt}`);
  require(event.distance === stored.distance, 'distance', 'event and ledger name different distances');
  return `filed at ${iso(block.timestamp)} by ${reporter}, status ${stored.status}, ${describeFinality(isFinal)}`;
}

interface Place {
  readonly transactionHash: string;
  readonly blockNumber: number;
  readonly blockHash: `0x${string}`;
  readonly blockTime: number;
  readonly finalized: boolean;
}

async function checkPlace(
  reader: ChainReader,
  subject: ChainSubject,
  place: Place,
): Promise<{ block: Block; event: AnchorEventOnChain; isFinal: boolean }> {
  const block = await reader.block(place.blockHash);
  require(block !== null, 'block', `the node has no block ${place.blockHash}`);
  require(block.number ===
    place.blockNumber, 'block number', `block ${block.hash} has the number ${block.number}`);
  require(block.timestamp ===
    place.blockTime, 'block time', `block ${block.number} is of ${iso(block.timestamp)}`);
  const canonical = await reader.block(block.number);
  require(canonical?.hash === block.hash, 'block', `block ${block.hash} is not on the chain any more`);
  const event = await reader.findAnchor(subject, block.hash);
  require(event !== null, 'event', `block ${block.number} holds no event of this ${subject.kind}`);
  const transaction = event.transactionHash;
  require(transaction === place.transactionHash, 'transaction', `the event is of transaction ${transaction}`);
  // Which blocks are final is for the verifier's node to say: a bundle is older, and need not be believed.
  const final = await reader.block('finalized');
  const isFinal = final !== null && final.number >= block.number;
  // A node that lags behind contradicts nothing.
  if (place.finalized && !isFinal)
    throw new Undecided('finalized', `block ${block.number} is not final for this node yet`);
  return { block, event, isFinal };
}

function iso(unixSeconds: number): string {
  return new Date(unixSeconds * 1000).toISOString();
}
