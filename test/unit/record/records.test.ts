import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import {
  fingerprintTree,
  hashWorkRecord,
  segmentLeafHash,
  verifyInclusion,
} from '../../../server/domain/records/index.ts';
import { imageLeaves } from '../../../server/pipeline/fingerprint/index.ts';
import {
  buildEvidenceClaim,
  buildMetadata,
  buildWorkRecord,
  fromBase64,
  similarityBps,
} from '../../../server/pipeline/record/index.ts';

const digest = (n: number) => `0x${String(n).repeat(64)}` as const;
const boxes = [
  { x: 0, y: 0, width: 1, height: 1 },
  { x: 0.5, y: 0.5, width: 0.5, height: 0.5 },
  { x: 0, y: 0, width: 0.25, height: 1 },
];
const picture: Print = {
  medium: 'image',
  modelDigest: digest(4),
  lowInformation: false,
  segments: boxes.map((box, i) => ({ box, code: digest(i + 5), vector: new Int8Array(256).fill(i - 1) })),
  local: null,
};
const print = imageLeaves(picture);
const blank = imageLeaves({ ...picture, lowInformation: true, segments: [] });
const facts = {
  title: 'A title “with” quotes',
  fileName: 'ä.png',
  mediaType: 'image/png',
  sizeBytes: 12,
  width: 3,
  height: 4,
  owner: `0x${'AB'.repeat(20)}`,
  contentHash: digest(1),
  model: { name: 'm', version: '1', digest: digest(4) },
  createdAt: '2026-01-01T00:00:00Z',
} as const;

test('metadata has one spelling, and holds every vector behind the fingerprint', () => {
  const metadata = buildMetadata({ ...facts, print });
  assert.deepEqual(
    buildMetadata({ ...facts, createdAt: '2026-01-01T00:00:00.000Z', print }).bytes,
    metadata.bytes,
  );
  const { segments, owner } = metadata.document;
  assert.equal(owner, `0x${'ab'.repeat(20)}`);
  assert.deepEqual(new Int8Array(fromBase64(segments[2]!.vector).buffer), picture.segments[2]!.vector);
  assert.deepEqual(JSON.parse(new TextDecoder().decode(metadata.bytes)), metadata.document);
});

test('a record binds bytes, look, model, metadata and owner', () => {
  const metadata = buildMetadata({ ...facts, print });
  const input = {
    contentHash: digest(1),
    mediaType: 'image/png',
    owner: facts.owner,
    print,
    metadataCid: metadata.cid,
  };
  const { record, recordDigest, segments } = buildWorkRecord(input);
  assert.equal(recordDigest, hashWorkRecord(record));
  assert.equal(record.code, picture.segments[0]!.code);
  assert.equal(record.fingerprintRoot, fingerprintTree(segments).root);
  assert.equal(record.owner, facts.owner.toLowerCase());
  assert.throws(() => buildWorkRecord({ ...input, owner: `0x${'0'.repeat(40)}` }), {
    code: 'invalid_request',
  });
});

test('a work without a look has a record all the same', () => {
  const { record, segments } = buildWorkRecord({
    contentHash: digest(1),
    mediaType: 'image/png',
    owner: facts.owner,
    print: blank,
    metadataCid: 'x',
  });
  assert.equal(record.code, ZERO_DIGEST);
  assert.equal(segments.length, 1);
  assert.equal(buildMetadata({ ...facts, print: blank }).document.segments[0]!.vector, '');
});

test('a claim carries the true distance and the path of the segment', () => {
  const { record, segments } = buildWorkRecord({
    contentHash: digest(1),
    mediaType: 'image/png',
    owner: facts.owner,
    print,
    metadataCid: 'x',
  });
  const base = {
    record,
    segments,
    workSegment: 2,
    suspectHash: digest(9),
    suspectCode: digest(3),
    similarity: 0.57,
    modelDigest: digest(4),
    evidenceRoot: digest(8),
    evidenceCid: 'y',
    accused: null,
    reporter: facts.owner,
  };
  const { claim, segmentProof, hammingDistance } = buildEvidenceClaim(base);
  // 7 and 3 are 0111 and 0011: one bit in each of 64 digits.
  assert.deepEqual([hammingDistance, claim.maxDistance, claim.similarityBps], [64, 64, 5700]);
  assert.equal(claim.segment, segmentLeafHash(segments[2]!));
  const { index, size, path } = segmentProof!;
  assert.ok(verifyInclusion({ leafHash: claim.segment, index, size, path }, record.fingerprintRoot));
  const whole = buildEvidenceClaim({ ...base, workSegment: 0 });
  assert.deepEqual([whole.segmentProof, whole.claim.segment], [null, ZERO_DIGEST]);
  assert.throws(() => buildEvidenceClaim({ ...base, suspectCode: ZERO_DIGEST }), { code: 'invalid_request' });
  assert.throws(() => buildEvidenceClaim({ ...base, workSegment: 3 }), { code: 'invalid_request' });
  const exact = buildEvidenceClaim({ ...base, suspectCode: ZERO_DIGEST, suspectHash: record.contentHash });
  assert.equal(exact.claim.maxDistance, 0);
});

test('similarity never says more than was measured', () => {
  assert.deepEqual(
    [-0.2, 0, 0.12345, 0.99999, 1, 1.0000001].map(similarityBps),
    [0, 0, 1234, 9999, 10_000, 10_000],
  );
});
