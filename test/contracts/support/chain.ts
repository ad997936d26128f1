/** A fresh simulated chain with both contracts on it, and what the contract tests say about it. */
import assert from 'node:assert/strict';
import {
  type BaseContract,
  type BaseContractMethod,
  type ContractTransactionReceipt,
  id,
  type Signer,
} from 'ethers';
import { network } from 'hardhat';
import type { abi as ledgerAbi } from '../../../server/chain/contracts/evidence-ledger.ts';
import type { abi as registryAbi } from '../../../server/chain/contracts/work-registry.ts';
import type { Digest } from '../../../server/domain/digest.ts';
import type { Address, SigningDomain, TypedData, WorkRecord } from '../../../server/domain/records/index.ts';

type FunctionOf<Abi extends readonly unknown[]> = Extract<Abi[number], { type: 'function'; name: string }>;

/** A contract whose methods are known by name from its exported ABI. */
export type Deployed<Abi extends readonly unknown[]> = Omit<BaseContract, 'connect'> & {
  readonly [Name in FunctionOf<Abi>['name']]: BaseContractMethod;
} & { connect(signer: Signer): Deployed<Abi> };

export type Registry = Deployed<typeof registryAbi>;
export type Ledger = Deployed<typeof ledgerAbi>;

export const LANE = { direct: 0n, relayed: 1n, revealed: 2n, promoted: 3n } as const;
export const STATUS = { none: 0n, open: 1n, answered: 2n, upheld: 3n, dismissed: 4n, withdrawn: 5n } as const;

type SixSigners = readonly [Signer, Signer, Signer, Signer, Signer, Signer];

export async function startChain() {
  const { ethers, provider } = await network.create();
  const signers = await ethers.getSigners();
  const [deployer, owner, relayer, stranger, arbiter, accused] = signers.slice(
    0,
    6,
  ) as readonly Signer[] as SixSigners;
  const registry = (await ethers.deployContract('WorkRegistry')) as unknown as Registry;
  const ledger = (await ethers.deployContract('EvidenceLedger', [
    await registry.getAddress(),
    await deployer.getAddress(),
    await arbiter.getAddress(),
  ])) as unknown as Ledger;
  const { chainId } = await ethers.provider.getNetwork();
  const domainOf = async (contract: { getAddress(): Promise<string> }): Promise<SigningDomain> => ({
    chainId,
    verifyingContract: (await contract.getAddress()) as Address,
  });
  return {
    ethers,
    deployer,
    owner,
    relayer,
    stranger,
    arbiter,
    accused,
    registry,
    ledger,
    registryDomain: await domainOf(registry),
    ledgerDomain: await domainOf(ledger),
    /** Mines a block `seconds` after the last one. */
    async pass(seconds: number): Promise<void> {
      await provider.request({ method: 'evm_increaseTime', params: [seconds] });
      await provider.request({ method: 'evm_mine', params: [] });
    },
    /** Puts everything that `send` submits into one block, in that order. */
    async inOneBlock(send: () => Promise<void>): Promise<void> {
      await provider.request({ method: 'evm_setAutomine', params: [false] });
      try {
        await send();
        await provider.request({ method: 'evm_mine', params: [] });
      } finally {
        await provider.request({ method: 'evm_setAutomine', params: [true] });
      }
    },
    /** Unix seconds of a receipt's block. */
    async timeOf(receipt: ContractTransactionReceipt): Promise<bigint> {
      return BigInt((await receipt.getBlock()).timestamp);
    },
  };
}

export async function addressOf(signer: Signer): Promise<Address> {
  return (await signer.getAddress()).toLowerCase() as Address;
}

/** 32 bytes that stand for `label`. */
export function word(label: string): Digest {
  return id(label) as Digest;
}

export function makeRecord(owner: Address, changes: Partial<WorkRecord> = {}): WorkRecord {
  return {
    contentHash: word('content'),
    code: word('code'),
    fingerprintRoot: word('fingerprint'),
    modelDigest: word('model'),
    mediaType: 'image/jpeg',
    metadataCid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    owner,
    ...changes,
  };
}

export async function sign<T>(signer: Signer, typedData: TypedData<T>): Promise<string> {
  const types = Object.fromEntries(
    Object.entries(typedData.types).map(([name, fields]) => [name, [...fields]]),
  );
  return signer.signTypedData(typedData.domain, types, typedData.message as Record<string, unknown>);
}

/** Sends and waits; the receipt. */
export async function mined(sent: Promise<unknown>): Promise<ContractTransactionReceipt> {
  const transaction = (await sent) as { wait(): Promise<ContractTransactionReceipt | null> };
  const receipt = await transaction.wait();
  assert.ok(receipt);
  return receipt;
}

type AnyContract = Pick<BaseContract, 'interface'>;

/** Arguments of the one event `name` in a receipt, by name. */
export function eventOf(
  contract: AnyContract,
  receipt: ContractTransactionReceipt,
  name: string,
): Record<string, unknown> {
  const found = eventsOf(contract, receipt, name);
  assert.equal(found.length, 1, `${found.length} ${name} events`);
  return found[0]!;
}

export function eventsOf(
  contract: AnyContract,
  receipt: ContractTransactionReceipt,
  name: string,
): Record<string, unknown>[] {
  return receipt.logs
    .map((log) => contract.interface.parseLog(log))
    .filter((parsed) => parsed?.name === name)
    .map((parsed) => parsed!.args.toObject());
}

/** Asserts that a call reverts with custom error `name` and, where given, these arguments. */
export async function assertReverts(
  contract: AnyContract,
  sent: Promise<unknown>,
  name: string,
  args?: readonly unknown[],
): Promise<void> {
  const error = await sent.then(
    () => assert.fail(`did not revert; wanted ${name}`),
    (reason: unknown) => reason,
  );
  const data = revertData(error);
  assert.ok(data, `no revert data in ${String(error)}`);
  const parsed = contract.interface.parseError(data);
  assert.equal(parsed?.name, name, `reverted with ${parsed?.name ?? data}`);
  if (args !== undefined) assert.deepEqual(normalize(parsed!.args.toArray()), normalize(args));
}

function revertData(error: unknown): string | undefined {
  for (let at = error; typeof at === 'object' && at !== null; at = (at as { cause?: unknown }).cause) {
    const { data } = at as { data?: unknown };
    if (typeof data === 'string' && data.startsWith('0x') && data.length >= 10) return data;
  }
  return undefined;
}

/** Numbers and spellings of addresses differ between ethers and us; what they mean does not. */
export function normalize(values: readonly unknown[]): string[] {
  return values.map((value) => String(value).toLowerCase());
}
