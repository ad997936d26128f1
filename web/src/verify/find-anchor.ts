import { Interface, type LogDescription } from 'ethers';
import { abi as ledgerAbi } from '../../../server/chain/contracts/evidence-ledger.ts';
import { abi as registryAbi } from '../../../server/chain/contracts/work-registry.ts';
import type { Digest } from '../../../server/domain/digest.ts';
import { UpstreamError } from '../../../server/errors.ts';
import type { AnchorEventOnChain, ChainReader, ChainSubject } from '../../../server/pipeline/anchor/index.ts';
import type { ReaderOptions } from './chain-reader.ts';

const REGISTRY = new Interface(registryAbi);
const LEDGER = new Interface(ledgerAbi);

// Each subject's id is the first indexed argument of its event.
const EVENTS = {
  batch: { from: 'registry', face: REGISTRY, name: 'BatchRegistered' },
  work: { from: 'registry', face: REGISTRY, name: 'WorkRegistered' },
  claim: { from: 'ledger', face: LEDGER, name: 'ClaimFiled' },
} as const;

interface RawLog {
  readonly topics: string[];
  readonly data: string;
  readonly transactionHash: Digest;
  readonly blockNumber: string;
  readonly blockHash: Digest;
  readonly logIndex: string;
}

type Send = <T>(method: string, params: unknown[]) => Promise<T>;

/** Finds the event that anchored a subject. */
export function createAnchorFinder(options: ReaderOptions & { send: Send }): ChainReader['findAnchor'] {
  return async (subject, blockHash) => {
    const event = EVENTS[subject.kind];
    const where = blockHash === undefined ? { fromBlock: 'earliest', toBlock: 'latest' } : { blockHash };
    const topics = [event.face.getEvent(event.name)!.topicHash, subject.id];
    const logs = await options.send<RawLog[]>('eth_getLogs', [
      { address: options[event.from], topics, ...where },
    ]);
    const log = logs.at(-1);
    if (log === undefined) return null;
    const parsed = event.face.parseLog(log);
    const block = await options.send<{ timestamp: string } | null>('eth_getBlockByHash', [
      log.blockHash,
      false,
    ]);
    if (parsed === null || block === null) {
      throw new UpstreamError('chain_lying', 'the node gave an event of a block that it does not have');
    }
    return toEvent(subject, log, parsed, Number(block.timestamp));
  };
}

function toEvent(
  subject: ChainSubject,
  log: RawLog,
  parsed: LogDescription,
  blockTime: number,
): AnchorEventOnChain {
  const place = {
    subject,
    transactionHash: log.transactionHash,
    blockNumber: Number(log.blockNumber),
    blockHash: log.blockHash,
    blockTime,
    logIndex: Number(log.logIndex),
  };
  if (subject.kind === 'batch')
    return { ...place, root: parsed.args['root'], size: Number(parsed.args['size']) };
  if (subject.kind === 'claim') return { ...place, distance: Number(parsed.args['distance']) };
  return place;
}
