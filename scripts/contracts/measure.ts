/** What the contracts cost: gas of each way in, and the bytecode that is deployed. */
import { createHash } from 'node:crypto';
import { type BaseContract, type ContractTransactionResponse, getBytes, id, type Signer } from 'ethers';
import { network } from 'hardhat';
import { type Digest, ZERO_DIGEST } from '../../server/domain/digest.ts';
import {
  type Address,
  batchIdOf,
  batchTree,
  claimFilingTypedData,
  consentTypedData,
  type EvidenceClaim,
  fingerprintTree,
  hashCommitment,
  hashWorkRecord,
  registrationTypedData,
  type Segment,
  segmentLeafHash,
  type TypedData,
  type WorkRecord,
  ZERO_ADDRESS,
} from '../../server/domain/records/index.ts';
import { buildArtifacts, CONTRACT_NAMES, type ContractName } from './artifacts.ts';

export type GasReport = Readonly<Record<string, number>>;
export type BytecodeReport = Readonly<
  Record<ContractName, { readonly sizeBytes: number; readonly sha256: string }>
>;

const BATCH_SIZE = 4096;
const NEVER = 4_000_000_000;
const CID = 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi';

export async function measureBytecode(): Promise<BytecodeReport> {
  const artifacts = await buildArtifacts();
  const entries = CONTRACT_NAMES.map((name) => {
    const code = getBytes(artifacts[name].deployedBytecode);
    return [
      name,
      { sizeBytes: code.length, sha256: createHash('sha256').update(code).digest('hex') },
    ] as const;
  });
  return Object.fromEntries(entries) as BytecodeReport;
}

/** Runs every way in on a fresh chain. Inputs are fixed, so the same contracts give the same numbers. */
export async function measureGas(): Promise<GasReport> {
  const { ethers } = await network.create();
  const [deployer, owner, relayer, reporter] =
    (await ethers.getSigners()) as readonly Signer[] as FourSigners;
  const registry = await ethers.deployContract('WorkRegistry');
  const ledger = await ethers.deployContract('EvidenceLedger', [
    await registry.getAddress(),
    await deployer.getAddress(),
    await deployer.getAddress(),
  ]);
  const { chainId } = await ethers.provider.getNetwork();
  const registryDomain = { chainId, verifyingContract: (await registry.getAddress()) as Address };
  const ledgerDomain = { chainId, verifyingContract: (await ledger.getAddress()) as Address };
  const ownerAddress = (await owner.getAddress()).toLowerCase() as Address;
  const report: Record<string, number> = {};

  async function measure(
    name: string,
    contract: BaseContract,
    from: Signer,
    method: string,
    args: unknown[],
  ) {
    const sent = await contract
      .connect(from)
      .getFunction(method)
      .send(...args);
    report[name] = await gasUsed(sent);
  }

  const direct = makeRecord('direct', ownerAddress);
  await measure('register', registry, owner, 'register', [direct]);

  for (const [nonce, name] of ['registerFor, first of an owner', 'registerFor, next of an owner'].entries()) {
    const record = makeRecord(name, ownerAddress);
    const signature = await sign(
      owner,
      registrationTypedData(record, { nonce, deadline: NEVER }, registryDomain),
    );
    await measure(name, registry, relayer, 'registerFor', [record, NEVER, signature]);
  }

  const hidden = makeRecord('hidden', ownerAddress);
  const commitment = hashCommitment(ownerAddress, hashWorkRecord(hidden), word('salt'));
  await measure('commit', registry, owner, 'commit', [commitment]);
  await measure('reveal', registry, owner, 'reveal', [hidden, word('salt')]);

  const contested = makeRecord('contested', ownerAddress);
  const contestedCommitment = hashCommitment(ownerAddress, hashWorkRecord(contested), word('salt'));
  await registry.connect(owner).getFunction('commit')(contestedCommitment);
  const rival = makeRecord('contested', (await relayer.getAddress()).toLowerCase() as Address);
  await registry.connect(relayer).getFunction('register')(rival);
  await measure('reveal, displacing another', registry, owner, 'reveal', [contested, word('salt')]);

  const leaf = makeRecord('leaf', ownerAddress);
  const consentedLeaf = makeRecord('consented leaf', ownerAddress);
  const workIds = Array.from({ length: BATCH_SIZE - 2 }, (_, i) => word(`work ${i}`));
  workIds.splice(1234, 0, hashWorkRecord(leaf), hashWorkRecord(consentedLeaf));
  const tree = batchTree(workIds);
  const batchId = batchIdOf(tree.root, (await relayer.getAddress()) as Address);
  const batchName = `registerBatch, ${BATCH_SIZE} works`;
  await measure(batchName, registry, relayer, 'registerBatch', [tree.root, tree.size, CID]);
  await measure(`promote, depth ${tree.inclusionPath(1234).length}`, registry, owner, 'promote', [
    batchId,
    1234,
    tree.inclusionPath(1234),
    leaf,
  ]);
  const consent = await sign(owner, consentTypedData(consentedLeaf, registryDomain));
  await measure(`promoteFor, depth ${tree.inclusionPath(1235).length}`, registry, relayer, 'promoteFor', [
    batchId,
    1235,
    tree.inclusionPath(1235),
    consentedLeaf,
    consent,
  ]);

  const workId = hashWorkRecord(direct);
  await measure('correct', registry, owner, 'correct', [workId, word('correction'), CID]);
  await measure('offerTransfer', registry, owner, 'offerTransfer', [workId, await relayer.getAddress()]);
  await measure('acceptTransfer', registry, relayer, 'acceptTransfer', [workId]);

  await measureClaims();
  return report;

  async function measureClaims(): Promise<void> {
    const reporterAddress = (await reporter.getAddress()).toLowerCase() as Address;
    const segments = Array.from({ length: 64 }, (_, i) => makeSegment(i));
    const fingerprint = fingerprintTree(segments);
    const record = { ...makeRecord('copied', ownerAddress), fingerprintRoot: fingerprint.root };
    await registry.connect(owner).getFunction('register')(record);
    const claim = makeClaim(record, reporterAddress);

    await measure('fileClaim', ledger, reporter, 'fileClaim', [record, claim]);
    const accused = { ...claim, accused: ownerAddress };
    await measure('fileClaim, naming the accused', ledger, reporter, 'fileClaim', [record, accused]);
    const names = ['fileClaimFor, first of a reporter', 'fileClaimFor, next of a reporter'];
    for (const [nonce, name] of names.entries()) {
      const relayed = { ...claim, suspectHash: word(name) };
      const typedData = claimFilingTypedData(relayed, { nonce, deadline: NEVER }, ledgerDomain);
      const signature = await sign(reporter, typedData);
      await measure(name, ledger, relayer, 'fileClaimFor', [record, relayed, NEVER, signature]);
    }
    const segment = segments[21] as Segment;
    const path = fingerprint.inclusionPath(21);
    await measure(`fileSegmentClaim, depth ${path.length}`, ledger, reporter, 'fileSegmentClaim', [
      record,
      { ...claim, segment: segmentLeafHash(segment), suspectCode: segment.code },
      { segment, index: 21, size: segments.length, path },
    ]);
  }
}

type FourSigners = readonly [Signer, Signer, Signer, Signer];

async function gasUsed(sent: ContractTransactionResponse): Promise<number> {
  const receipt = await sent.wait();
  if (receipt === null) throw new Error('not mined');
  return Number(receipt.gasUsed);
}

function word(label: string): Digest {
  return id(label) as Digest;
}

function makeRecord(label: string, owner: Address): WorkRecord {
  return {
    contentHash: word(`${label} content`),
    code: word(`${label} code`),
    fingerprintRoot: word(`${label} fingerprint`),
    modelDigest: word('model'),
    mediaType: 'image/jpeg',
    metadataCid: CID,
    owner,
  };
}

function makeSegment(index: number): Segment {
  return {
    locator: word(`locator ${index}`),
    code: word(`segment ${index}`),
    vectorDigest: word(`vector ${index}`),
  };
}

function makeClaim(record: WorkRecord, reporter: Address): EvidenceClaim {
  return {
    workId: hashWorkRecord(record),
    segment: ZERO_DIGEST,
    suspectHash: word('suspect'),
    suspectCode: record.code,
    maxDistance: 20,
    similarityBps: 9_700,
    modelDigest: word('model'),
    evidenceRoot: word('evidence'),
    evidenceCid: CID,
    accused: ZERO_ADDRESS,
    reporter,
  };
}

async function sign<T>(signer: Signer, typedData: TypedData<T>): Promise<string> {
  const types = Object.fromEntries(
    Object.entries(typedData.types).map(([name, fields]) => [name, [...fields]]),
  );
  return signer.signTypedData(typedData.domain, types, typedData.message as Record<string, unknown>);
}
