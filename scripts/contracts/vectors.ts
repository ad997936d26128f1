/**
 * Writes the golden vectors in `test/fixtures/records/`: inputs and the digests that Solidity and TypeScript must give.
 *
 * It shares no code with `server/domain/records`: EIP-712 is ethers', Merkle trees follow the recursive definition of
 * RFC 6962, bits are counted as text. Vectors are published, so a change to one is a change of the format:
 * `--check` (the default) only compares, `--write` writes.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AbiCoder, concat, getBytes, keccak256, TypedDataEncoder, toUtf8Bytes } from 'ethers';

const DIRECTORY = join(import.meta.dirname, '../../test/fixtures/records');
const DOMAIN = {
  name: 'Colophon',
  version: '1',
  chainId: 31337,
  verifyingContract: '0x5fbdb2315678afecb367f032d93f642f64180aa3',
};
const WORK_RECORD = [
  { name: 'contentHash', type: 'bytes32' },
  { name: 'code', type: 'bytes32' },
  { name: 'fingerprintRoot', type: 'bytes32' },
  { name: 'modelDigest', type: 'bytes32' },
  { name: 'mediaType', type: 'string' },
  { name: 'metadataCid', type: 'string' },
  { name: 'owner', type: 'address' },
];
const EVIDENCE_CLAIM = [
  { name: 'workId', type: 'bytes32' },
  { name: 'segment', type: 'bytes32' },
  { name: 'suspectHash', type: 'bytes32' },
  { name: 'suspectCode', type: 'bytes32' },
  { name: 'maxDistance', type: 'uint16' },
  { name: 'similarityBps', type: 'uint16' },
  { name: 'modelDigest', type: 'bytes32' },
  { name: 'evidenceRoot', type: 'bytes32' },
  { name: 'evidenceCid', type: 'string' },
  { name: 'accused', type: 'address' },
  { name: 'reporter', type: 'address' },
];
const TERMS = [
  { name: 'nonce', type: 'uint256' },
  { name: 'deadline', type: 'uint256' },
];
const abi = AbiCoder.defaultAbiCoder();

function sha256(...parts: string[]): string {
  return `0x${createHash('sha256')
    .update(getBytes(concat(parts)))
    .digest('hex')}`;
}

/** Arbitrary but fixed 32 bytes. */
function word(label: string): string {
  return sha256(`0x${Buffer.from(label).toString('hex')}`);
}

function address(label: string): string {
  return `0x${word(label).slice(26)}`;
}

/** MTH of RFC 6962 2.1, as it is written there. */
function treeHash(leaves: readonly string[]): string {
  if (leaves.length === 0) return sha256();
  if (leaves.length === 1) return sha256('0x00', leaves[0] as string);
  const split = splitPoint(leaves.length);
  return sha256('0x01', treeHash(leaves.slice(0, split)), treeHash(leaves.slice(split)));
}

/** PATH of RFC 6962 2.1.1. */
function auditPath(index: number, leaves: readonly string[]): string[] {
  if (leaves.length <= 1) return [];
  const split = splitPoint(leaves.length);
  return index < split
    ? [...auditPath(index, leaves.slice(0, split)), treeHash(leaves.slice(split))]
    : [...auditPath(index - split, leaves.slice(split)), treeHash(leaves.slice(0, split))];
}

/** SUBPROOF of RFC 6962 2.1.2. */
function subproof(old: number, leaves: readonly string[], isWhole: boolean): string[] {
  if (old === leaves.length) return isWhole ? [] : [treeHash(leaves)];
  const split = splitPoint(leaves.length);
  return old <= split
    ? [...subproof(old, leaves.slice(0, split), isWhole), treeHash(leaves.slice(split))]
    : [...subproof(old - split, leaves.slice(split), false), treeHash(leaves.slice(0, split))];
}

function splitPoint(count: number): number {
  return 2 ** Math.floor(Math.log2(count - 1));
}

function workRecord(label: string, changes: Record<string, string> = {}): Record<string, string> {
  return {
    contentHash: word(`${label} content`),
    code: word(`${label} code`),
    fingerprintRoot: word(`${label} fingerprint`),
    modelDigest: word('model'),
    mediaType: 'image/jpeg',
    metadataCid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
    owner: address(`${label} owner`),
    ...changes,
  };
}

function workRecordVectors(): unknown {
  const zero = `0x${'00'.repeat(32)}`;
  const records = [
    workRecord('photograph'),
    workRecord('blank page', { code: zero, fingerprintRoot: treeHash([]), mediaType: 'image/png' }),
    workRecord('empty texts', { mediaType: '', metadataCid: '' }),
    workRecord('not ascii', { mediaType: 'text/plain;charset=utf-8', metadataCid: 'bafy-版权-é' }),
  ];
  return records.map((record, i) => {
    const terms = { nonce: String(i), deadline: String(4_000_000_000 + i) };
    const sender = address(`sender ${i}`);
    const salt = word(`salt ${i}`);
    const workId = TypedDataEncoder.hashStruct('WorkRecord', { WorkRecord: WORK_RECORD }, record);
    const registration = {
      Registration: [{ name: 'record', type: 'WorkRecord' }, ...TERMS],
      WorkRecord: WORK_RECORD,
    };
    return {
      record,
      workId,
      domain: DOMAIN,
      registration: { ...terms, digest: TypedDataEncoder.hash(DOMAIN, registration, { record, ...terms }) },
      consentDigest: TypedDataEncoder.hash(DOMAIN, { WorkRecord: WORK_RECORD }, record),
      commitment: {
        sender,
        salt,
        digest: keccak256(abi.encode(['address', 'bytes32', 'bytes32'], [sender, workId, salt])),
      },
    };
  });
}

function evidenceClaimVectors(): unknown {
  const zeroAddress = `0x${'00'.repeat(20)}`;
  const zero = `0x${'00'.repeat(32)}`;
  const code = word('claimed code');
  const oneBitOff = `0x${(BigInt(code) ^ 1n).toString(16).padStart(64, '0')}`;
  const inverse = `0x${(BigInt(code) ^ (2n ** 256n - 1n)).toString(16).padStart(64, '0')}`;
  return [
    { suspectCode: code, segment: zero, accused: zeroAddress, maxDistance: 0 },
    { suspectCode: oneBitOff, segment: word('leaf'), accused: address('accused'), maxDistance: 1 },
    { suspectCode: inverse, segment: zero, accused: address('accused'), maxDistance: 256 },
    { suspectCode: word('another code'), segment: zero, accused: zeroAddress, maxDistance: 65535 },
  ].map((differing, i) => {
    const claim = {
      workId: word(`work ${i}`),
      segment: differing.segment,
      suspectHash: word(`suspect ${i}`),
      suspectCode: differing.suspectCode,
      maxDistance: differing.maxDistance,
      similarityBps: 10_000 - i,
      modelDigest: word('model'),
      evidenceRoot: word(`evidence ${i}`),
      evidenceCid: 'bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi',
      accused: differing.accused,
      reporter: address(`reporter ${i}`),
    };
    const terms = { nonce: String(i), deadline: String(4_000_000_000 + i) };
    const filing = {
      ClaimFiling: [{ name: 'claim', type: 'EvidenceClaim' }, ...TERMS],
      EvidenceClaim: EVIDENCE_CLAIM,
    };
    const differingBits = (BigInt(code) ^ BigInt(differing.suspectCode)).toString(2).replaceAll('0', '');
    return {
      claim,
      claimId: TypedDataEncoder.hashStruct('EvidenceClaim', { EvidenceClaim: EVIDENCE_CLAIM }, claim),
      domain: DOMAIN,
      filing: { ...terms, digest: TypedDataEncoder.hash(DOMAIN, filing, { claim, ...terms }) },
      referenceCode: code,
      hammingDistance: differingBits.length,
    };
  });
}

function segmentVectors(): unknown {
  const locators = [
    {
      locator: { kind: 'whole', index: 0 },
      packed: `0x00${'00000000'}${'00'.repeat(27)}`,
    },
    {
      locator: { kind: 'region', index: 7, region: { x: 1, y: 65534, w: 65534, h: 1 } },
      packed: `0x0100000007${'0001fffefffe0001'}${'00'.repeat(19)}`,
    },
    {
      locator: { kind: 'span', index: 4294967295, startMs: 90_000, endMs: 281474976710655 },
      packed: `0x02ffffffff${'00'.repeat(8)}${'000000015f90'}${'ffffffffffff'}${'00'.repeat(7)}`,
    },
    {
      locator: { kind: 'characters', index: 258, start: 0, end: 65536 },
      packed: `0x0300000102${'00'.repeat(8)}${'000000000000'}${'000000010000'}${'00'.repeat(7)}`,
    },
    {
      locator: {
        kind: 'spanRegion',
        index: 3,
        startMs: 4294967296,
        endMs: 4294967297,
        region: { x: 0, y: 0, w: 65535, h: 65535 },
      },
      packed: `0x0400000003${'00000000ffffffff'}${'000100000000'}${'000100000001'}${'00'.repeat(7)}`,
    },
  ];
  const segments = locators.map(({ locator, packed }, i) => {
    const segment = { locator: packed, code: word(`segment code ${i}`), vectorDigest: word(`vector ${i}`) };
    const encoded = abi.encode(
      ['bytes32', 'bytes32', 'bytes32'],
      [packed, segment.code, segment.vectorDigest],
    );
    return { locator, segment, encoded, leafHash: sha256('0x00', encoded) };
  });
  const leaves = segments.map((vector) => vector.encoded);
  return { segments, fingerprintRoot: treeHash(leaves), paths: leaves.map((_, i) => auditPath(i, leaves)) };
}

function merkleVectors(): unknown {
  const sizes = [1, 2, 3, 4, 5, 7, 8, 13, 31, 33, 64, 100];
  return sizes.map((size) => {
    const leaves = Array.from({ length: size }, (_, i) => word(`leaf ${i}`));
    const indexes = [...new Set([0, size >> 1, size - 1])];
    const oldSizes = [...new Set([1, size >> 1, size - 1, size])].filter((oldSize) => oldSize > 0);
    return {
      size,
      root: treeHash(leaves),
      inclusion: indexes.map((index) => ({
        index,
        leafHash: sha256('0x00', leaves[index] as string),
        path: auditPath(index, leaves),
      })),
      consistency: oldSizes.map((oldSize) => ({
        oldSize,
        oldRoot: treeHash(leaves.slice(0, oldSize)),
        path: subproof(oldSize, leaves, true),
      })),
    };
  });
}

function batchVectors(): unknown {
  const registry = DOMAIN.verifyingContract;
  const tag = keccak256(toUtf8Bytes('Colophon batch log v1'));
  const genesisHead = keccak256(
    abi.encode(['bytes32', 'uint256', 'address'], [tag, DOMAIN.chainId, registry]),
  );
  let previousHead = genesisHead;
  const batches = [1, 5, 4096].map((size, i) => {
    const root = word(`batch root ${i}`);
    const submitter = address(`submitter ${i % 2}`);
    const timestamp = 1_700_000_000 + i;
    const batchId = keccak256(abi.encode(['bytes32', 'address'], [root, submitter]));
    const head = keccak256(
      abi.encode(
        ['bytes32', 'bytes32', 'bytes32', 'uint32', 'address', 'uint48'],
        [previousHead, batchId, root, size, submitter, timestamp],
      ),
    );
    const vector = { root, size, submitter, timestamp, batchId, previousHead, head };
    previousHead = head;
    return vector;
  });
  return { chainId: DOMAIN.chainId, registry, genesisHead, batches };
}

const files: Record<string, unknown> = {
  'work-records.json': workRecordVectors(),
  'evidence-claims.json': evidenceClaimVectors(),
  'segments.json': segmentVectors(),
  'merkle-trees.json': merkleVectors(),
  'batches.json': batchVectors(),
};
await mkdir(DIRECTORY, { recursive: true });
for (const [name, vectors] of Object.entries(files)) {
  const wanted = `${JSON.stringify(vectors, null, 2)}\n`;
  if (process.argv.includes('--write')) {
    await writeFile(join(DIRECTORY, name), wanted);
    console.log(`wrote ${name}`);
  } else if ((await readFile(join(DIRECTORY, name), 'utf8').catch(() => '')) !== wanted) {
    console.error(`${name} differs from what the definitions give`);
    process.exitCode = 1;
  }
}
