import { readFile, rename, writeFile } from 'node:fs/promises';
import { AbiCoder, getCreate2Address, getCreateAddress, id, keccak256, type Wallet } from 'ethers';
import type { Address } from '../domain/records/index.ts';
import { isAddress } from '../domain/records/index.ts';
import { UpstreamError } from '../errors.ts';
import { lying, toAddress, toNumber, toWord } from './abi-values.ts';
import { readReceipt } from './chain-blocks.ts';
import { estimateGas, openWallet, sendRaw, signCall, suggestFees } from './chain-writer.ts';
import { translateCallError } from './contract-errors.ts';
import { bytecode as ledgerBytecode } from './contracts/evidence-ledger.ts';
import { bytecode as registryBytecode } from './contracts/work-registry.ts';
import { isPublishedCode } from './published-code.ts';
import { connectRpc, type Rpc } from './rpc.ts';

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
  /** Longest wait for a deployment to be mined; default 120,000. */
  readonly mineTimeoutMs?: number;
}

/** The deterministic deployer that stands at one address on nearly every chain (anvil has it too). */
const CREATE2_FACTORY = '0x4e59b44847b379578588920cA78FbF26c0B4956C';
const SALT = id('colophon contracts v1');

/**
 * Finds the contracts that `file` remembers, or deploys them: where there is no code, or other code than ours.
 * Through the deterministic deployer the addresses follow from the code alone, so a chain that forgot everything
 * gets the same ones again and signatures bound to them stay good.
 *
 * Throws `UpstreamError('chain_unavailable')`, `InputError('chain_rejected')`.
 */
export async function ensureContracts(options: EnsureOptions): Promise<Deployment> {
  const rpc = connectRpc(options.rpcUrl, options.timeoutMs);
  try {
    return await ensure(rpc, options);
  } catch (error) {
    throw translateCallError(error);
  }
}

async function ensure(rpc: Rpc, options: EnsureOptions): Promise<Deployment> {
  const wallet = openWallet(options.signerKey);
  const chainId = toNumber(await rpc('eth_chainId'));
  const remembered = await readRemembered(options.file, chainId);
  if (remembered !== null && (await isOurs(rpc, remembered))) return { ...remembered, deployed: false };
  const deployer: Deployer = { rpc, wallet, chainId, mineTimeoutMs: options.mineTimeoutMs ?? 120_000 };
  const arbiter = toAddress(options.arbiter ?? wallet.address);
  const registry = await deploy(deployer, registryBytecode);
  const args = AbiCoder.defaultAbiCoder().encode(
    ['address', 'address', 'address'],
    [registry.address, arbiter, arbiter],
  );
  const ledger = await deploy(deployer, `${ledgerBytecode}${args.slice(2)}`);
  const found = { chainId, registry: registry.address, ledger: ledger.address };
  if (!(await isOurs(rpc, found))) throw lying('the code that was deployed is not what stands there');
  await remember(options.file, found);
  return { ...found, deployed: registry.deployed || ledger.deployed };
}

type Site = Omit<Deployment, 'deployed'>;

async function isOurs(rpc: Rpc, site: Site): Promise<boolean> {
  for (const name of ['registry', 'ledger'] as const) {
    const code = await rpc<string>('eth_getCode', [site[name], 'latest']);
    if (!isPublishedCode(name, code, site)) return false;
  }
  return true;
}

interface Deployer {
  readonly rpc: Rpc;
  readonly wallet: Wallet;
  readonly chainId: number;
  readonly mineTimeoutMs: number;
}

async function deploy(
  deployer: Deployer,
  initCode: string,
): Promise<{ address: Address; deployed: boolean }> {
  const { rpc, wallet } = deployer;
  const nonce = toNumber(await rpc('eth_getTransactionCount', [wallet.address, 'latest']));
  const factory = await rpc<string>('eth_getCode', [CREATE2_FACTORY, 'latest']);
  if (factory === '0x') {
    await sendAndWait(deployer, { data: initCode }, nonce);
    return { address: toAddress(getCreateAddress({ from: wallet.address, nonce })), deployed: true };
  }
  const address = toAddress(getCreate2Address(CREATE2_FACTORY, SALT, keccak256(initCode)));
  if ((await rpc<string>('eth_getCode', [address, 'latest'])) !== '0x') return { address, deployed: false };
  await sendAndWait(deployer, { to: CREATE2_FACTORY, data: `${SALT}${initCode.slice(2)}` }, nonce);
  return { address, deployed: true };
}

async function sendAndWait(
  deployer: Deployer,
  call: { to?: string; data: string },
  nonce: number,
): Promise<void> {
  const { rpc, wallet, chainId } = deployer;
  const gasLimit = await estimateGas(rpc, wallet.address, call);
  const signed = await signCall(wallet, call, chainId, nonce, gasLimit, await suggestFees(rpc));
  await sendRaw(rpc, signed.raw);
  const deadline = Date.now() + deployer.mineTimeoutMs;
  while (Date.now() < deadline) {
    const receipt = await readReceipt(rpc, toWord(signed.hash));
    if (receipt?.succeeded === true) return;
    if (receipt !== null)
      throw new UpstreamError('chain_unavailable', `the deployment ${signed.hash} failed`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new UpstreamError('chain_unavailable', `the deployment ${signed.hash} is not in a block yet`);
}

async function readRemembered(file: string, chainId: number): Promise<Site | null> {
  try {
    const { registry, ledger, chainId: known } = JSON.parse(await readFile(file, 'utf8'));
    return known === chainId && isAddress(registry) && isAddress(ledger)
      ? { chainId, registry, ledger }
      : null;
  } catch {
    return null; // absent or half written: the chain knows better
  }
}

async function remember(file: string, site: Site): Promise<void> {
  await writeFile(`${file}.new`, `${JSON.stringify(site, null, 2)}\n`);
  await rename(`${file}.new`, file);
}
