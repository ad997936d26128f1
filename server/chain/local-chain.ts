import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { computeAddress, HDNodeWallet, Mnemonic, randomBytes } from 'ethers';
import { ColophonError, InternalError } from '../errors.ts';
import { toNumber } from './abi-values.ts';
import { type AnvilProcess, endLeftover, spawnAnvil } from './anvil-process.ts';
import { installState, keepBackups, rejectState, usableStates } from './chain-state-files.ts';
import { connectRpc } from './rpc.ts';

/** How the local chain is started. */
export interface LocalChainOptions {
  /** Holds the chain's state, its backups and the service's mnemonic. Made when missing. */
  readonly directory: string;
  /** Seconds between blocks; absent: a block for each transaction. */
  readonly blockTimeSeconds?: number;
  /** A free one by default. */
  readonly port?: number;
  /** Blocks until `finalized` are twice this; default 1. */
  readonly slotsInAnEpoch?: number;
  /** Pause between backups of the state; default 5,000. */
  readonly backupEveryMs?: number;
  /**
   * Called after the node ended by itself and was started again: its last second is lost, so see to the contracts
   * (`ensureContracts`) and kick the anchorer.
   */
  readonly onRestart?: () => Promise<void>;
}

/** A running local chain. */
export interface LocalChain {
  readonly rpcUrl: string;
  readonly chainId: number;
  /** Private key of the service's funded account. */
  readonly signerKey: `0x${string}`;
  /** Whether it started without an earlier state: nothing that was anchored stands. */
  readonly fresh: boolean;
  /** Process id of the node itself; another one after a restart. */
  pid(): number;
  /** Lets the node write its state and end. */
  stop(): Promise<void>;
}

/** Between tries to start a node that ended. */
const RESTART_PAUSE_MS = 500;

/** What the service's account always has at the start: 1,000 ether, so a dev chain never runs dry. */
const BALANCE_WEI = 1000n * 10n ** 18n;

/**
 * Starts anvil on loopback. It ends with this process, even when that is killed. It loses the last second of the chain
 * when it is killed itself; the anchorer notices and anchors again. A development chain: whoever can reach the port
 * can do with it what they like.
 *
 * Throws `UpstreamError('chain_unavailable')` when it does not start.
 */
export async function startLocalChain(options: LocalChainOptions): Promise<LocalChain> {
  const directory = resolve(options.directory);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await endLeftover(directory);
  const signerKey = await openSignerKey(join(directory, 'mnemonic'));
  const first = await startWithNewestState(directory, anvilFlags(options, options.port ?? 0));
  const { port } = first.node;
  const rpcUrl = `http://127.0.0.1:${port}`;
  const supervisor = superviseNode(directory, first.node, anvilFlags(options, port), async () => {
    await fund(connectRpc(rpcUrl), signerKey);
    await options.onRestart?.();
  });
  const endBackups = keepBackups(directory, options.backupEveryMs ?? 5_000);
  const stop = async () => {
    endBackups();
    await supervisor.stop();
  };
  try {
    const rpc = connectRpc(rpcUrl);
    const chainId = toNumber(await rpc('eth_chainId'));
    await fund(rpc, signerKey);
    return { rpcUrl, chainId, signerKey, fresh: first.fresh, pid: supervisor.pid, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Starts the node again, on the same port, whenever it ends by itself. */
function superviseNode(
  directory: string,
  first: AnvilProcess,
  flags: string[],
  onRestart: () => Promise<void>,
): { pid(): number; stop(): Promise<void> } {
  let node = first;
  let stopping = false;
  const watch = async () => {
    while (!stopping) {
      await node.exited;
      if (stopping) return;
      try {
        node = (await startWithNewestState(directory, flags)).node;
        if (stopping) return await node.stop();
        await onRestart();
      } catch {
        // The port may still be taken, the disk full: once more after a pause.
        await sleep(RESTART_PAUSE_MS);
      }
    }
  };
  const watching = watch();
  return {
    pid: () => node.pid,
    async stop() {
      stopping = true;
      await node.stop();
      await watching;
    },
  };
}

function anvilFlags(options: LocalChainOptions, port: number): string[] {
  const flags = ['--host', '127.0.0.1', '--port', String(port)];
  // No accounts of anvil's own: their keys are public, and ours must not stand in the list of processes.
  flags.push('--accounts', '0', '--no-cors', '--state-interval', '1');
  // Old states stay neither in memory nor in files outside of our directory; blocks and receipts are kept.
  flags.push('--prune-history', '--slots-in-an-epoch', String(options.slotsInAnEpoch ?? 1));
  if (options.blockTimeSeconds !== undefined) flags.push('--block-time', String(options.blockTimeSeconds));
  return flags;
}

/** Tries the newest state, then the backups, then none: what is lost then is anchored again. */
async function startWithNewestState(
  directory: string,
  flags: string[],
): Promise<{ node: AnvilProcess; fresh: boolean }> {
  for (const state of await usableStates(directory)) {
    await installState(directory, state);
    try {
      return { node: await spawnAnvil(directory, flags), fresh: false };
    } catch (error) {
      if (!(error instanceof ColophonError)) throw error;
      await rejectState(state);
    }
  }
  await installState(directory, null);
  return { node: await spawnAnvil(directory, flags), fresh: true };
}

async function openSignerKey(file: string): Promise<`0x${string}`> {
  let phrase = await readFile(file, 'utf8').catch(() => null);
  if (phrase === null) {
    phrase = Mnemonic.fromEntropy(randomBytes(16)).phrase;
    await writeFile(file, `${phrase}\n`, { mode: 0o600, flag: 'wx' });
  }
  try {
    return HDNodeWallet.fromPhrase(phrase.trim()).privateKey as `0x${string}`;
  } catch {
    // The message of ethers would repeat the words.
    throw new InternalError('config_invalid', `${file} does not hold a mnemonic`);
  }
}

async function fund(rpc: ReturnType<typeof connectRpc>, signerKey: `0x${string}`): Promise<void> {
  const address = computeAddress(signerKey);
  const balance = BigInt(await rpc<string>('eth_getBalance', [address, 'latest']));
  if (balance < BALANCE_WEI) await rpc('anvil_setBalance', [address, `0x${BALANCE_WEI.toString(16)}`]);
}
