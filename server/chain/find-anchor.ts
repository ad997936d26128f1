import type { LogDescription } from 'ethers';
import type { Digest } from '../domain/digest.ts';
import { type Address, batchIdOf } from '../domain/records/index.ts';
import type { AnchorEventOnChain, ChainSubject } from '../pipeline/anchor/index.ts';
import { lying, toAddress, toNumber, toWord } from './abi-values.ts';
import { readBlock } from './chain-blocks.ts';
import { ledgerInterface, registryInterface, translateCallError } from './contract-errors.ts';
import { type Rpc, RpcError } from './rpc.ts';

interface RawLog {
  readonly address: string;
  readonly topics: readonly string[];
  readonly data: string;
  readonly blockNumber: string;
  readonly blockHash: string;
  readonly transactionHash: string;
  readonly logIndex: string;
  readonly removed?: boolean;
}

/** The contracts whose events are looked for. */
export interface EventSources {
  readonly registry: Address;
  readonly ledger: Address;
}

/** Blocks asked at once where a node refuses the whole range. */
const RANGE = 2000;

/** The newest event that anchored a subject, in one block or on the whole chain; null when there is none. */
export async function findAnchor(
  rpc: Rpc,
  sources: EventSources,
  subject: ChainSubject,
  blockHash?: Digest,
): Promise<AnchorEventOnChain | null> {
  const filter = filterOf(sources, subject);
  const logs =
    blockHash === undefined ? await searchAll(rpc, filter) : await getLogs(rpc, { ...filter, blockHash });
  const newest = logs.filter((log) => log.removed !== true).at(-1);
  if (newest === undefined) return null;
  checkLog(newest, filter, blockHash);
  const block = await readBlock(rpc, toWord(newest.blockHash), 0);
  // The block went in a reorg between the two questions: the event stands nowhere just now.
  if (block === null) return null;
  if (block.number !== toNumber(newest.blockNumber))
    throw lying(`a log of block ${block.hash} names another number`);
  return {
    subject,
    transactionHash: toWord(newest.transactionHash),
    blockNumber: block.number,
    blockHash: block.hash,
    blockTime: block.timestamp,
    logIndex: toNumber(newest.logIndex),
    ...factsOf(subject, parse(subject, newest)),
  };
}

interface Filter {
  readonly address: Address;
  readonly topics: readonly string[];
}

function filterOf(sources: EventSources, subject: ChainSubject): Filter {
  if (subject.kind === 'claim') {
    return {
      address: sources.ledger,
      topics: [ledgerInterface.getEvent('ClaimFiled')!.topicHash, subject.id],
    };
  }
  const name = subject.kind === 'batch' ? 'BatchRegistered' : 'WorkRegistered';
  return { address: sources.registry, topics: [registryInterface.getEvent(name)!.topicHash, subject.id] };
}

async function getLogs(rpc: Rpc, query: object): Promise<readonly RawLog[]> {
  try {
    const logs = await rpc<readonly RawLog[]>('eth_getLogs', [query]);
    if (!Array.isArray(logs)) throw lying('the node gave no list of logs');
    return logs;
  } catch (error) {
    // By hash: the node does not have this block, so nothing of it stands.
    if (error instanceof RpcError && 'blockHash' in query) return [];
    throw error;
  }
}

async function searchAll(rpc: Rpc, filter: Filter): Promise<readonly RawLog[]> {
  try {
    return await getLogs(rpc, { ...filter, fromBlock: '0x0', toBlock: 'latest' });
  } catch (error) {
    if (!(error instanceof RpcError)) throw error;
  }
  // Public nodes limit the range: walk down from the head, newest first.
  let to = (await readBlock(rpc, 'latest', 0))?.number ?? -1;
  for (; to >= 0; to -= RANGE) {
    const from = Math.max(0, to - RANGE + 1);
    const query = { ...filter, fromBlock: `0x${from.toString(16)}`, toBlock: `0x${to.toString(16)}` };
    const logs = await getLogs(rpc, query).catch((error) => {
      throw translateCallError(error);
    });
    if (logs.length > 0) return logs;
  }
  return [];
}

function checkLog(log: RawLog, filter: Filter, blockHash: Digest | undefined): void {
  const asked = filter.topics.every((topic, i) => log.topics[i]?.toLowerCase() === topic.toLowerCase());
  if (!asked || toAddress(log.address) !== filter.address.toLowerCase())
    throw lying('the node gave logs that were not asked for');
  if (blockHash !== undefined && toWord(log.blockHash) !== blockHash)
    throw lying('the node gave a log of another block');
}

function parse(subject: ChainSubject, log: RawLog): LogDescription {
  const contract = subject.kind === 'claim' ? ledgerInterface : registryInterface;
  const parsed = contract.parseLog({ topics: [...log.topics], data: log.data });
  if (parsed === null) throw lying('the node gave a log that cannot be read');
  return parsed;
}

function factsOf(subject: ChainSubject, event: LogDescription): Partial<AnchorEventOnChain> {
  if (subject.kind === 'claim') return { distance: toNumber(event.args['distance']) };
  if (subject.kind === 'work') return {};
  const root = toWord(event.args['root']);
  if (batchIdOf(root, toAddress(event.args['submitter'])) !== subject.id) {
    throw lying('root and submitter of a batch do not give its id');
  }
  return { root, size: toNumber(event.args['size']) };
}
