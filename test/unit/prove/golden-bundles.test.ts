import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { parseBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';

const folder = join(import.meta.dirname, '../../fixtures/bundles');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

const WORK = ['record', 'metadata', 'fingerprint', 'model', 'owner'];
/** What holds for ever without node and files. A bundle that was once given out must never lose one of these. */
const GOLDEN: Readonly<Record<string, readonly string[]>> = {
  'v1-batch.json': [...WORK, 'inclusion'],
  'v1-record.json': WORK,
  'v1-evidence.json': [...WORK, 'inclusion', 'claim', 'dossier', 'segment', 'distance', 'similarity'],
  'v1-whole.json': [...WORK, 'claim', 'dossier', 'segment', 'distance', 'similarity'],
};

describe('bundles that were given out', () => {
  for (const [name, holds] of Object.entries(GOLDEN)) {
    test(`${name} still verifies`, async () => {
      const claims = await verifyBundle(read(name));
      const sorted = (status: string) => claims.filter((one) => one.status === status).map((one) => one.name);
      assert.deepEqual(sorted('true').toSorted(), [...holds].sort());
      assert.deepEqual(sorted('false'), []);
    });

    test(`${name} survives being written and read by any JSON program`, () => {
      const bundle = parseBundle(read(name));
      assert.deepEqual(parseBundle(JSON.stringify(bundle)), bundle);
    });
  }

  test('a claim that overstates the similarity is refused', async () => {
    const bundle = parseBundle(read('v1-evidence.json'));
    const { hashEvidenceClaim } = await import('../../../server/domain/records/index.ts');
    const claim = { ...bundle.evidence!.claim, similarityBps: bundle.evidence!.claim.similarityBps + 2 };
    const evidence = { ...bundle.evidence!, claim, claimId: hashEvidenceClaim(claim) };
    const claims = await verifyBundle({ ...bundle, evidence });
    assert.deepEqual(
      claims.filter((one) => one.status === 'false').map((one) => [one.name, one.failingStep]),
      [['similarity', 'cosine']],
    );
  });

  test('a claim beyond its own distance is refused', async () => {
    const bundle = parseBundle(read('v1-whole.json'));
    const { hashEvidenceClaim } = await import('../../../server/domain/records/index.ts');
    const claim = { ...bundle.evidence!.claim, maxDistance: bundle.evidence!.claim.maxDistance - 1 };
    const evidence = { ...bundle.evidence!, claim, claimId: hashEvidenceClaim(claim) };
    const claims = await verifyBundle({ ...bundle, evidence });
    assert.deepEqual(
      claims.filter((one) => one.status === 'false').map((one) => [one.name, one.failingStep]),
      [['distance', 'maxDistance']],
    );
  });

  test('a claim by another model than the one that made the segment is refused', async () => {
    for (const name of ['v1-evidence.json', 'v1-whole.json']) {
      const bundle = parseBundle(read(name));
      const { hashEvidenceClaim } = await import('../../../server/domain/records/index.ts');
      const claim = { ...bundle.evidence!.claim, modelDigest: `0x${'5a'.repeat(32)}` as const };
      const evidence = { ...bundle.evidence!, claim, claimId: hashEvidenceClaim(claim) };
      const claims = await verifyBundle({ ...bundle, evidence });
      const found = claims.find((one) => one.name === 'segment');
      assert.deepEqual([found?.status, found?.failingStep], ['false', 'model']);
    }
  });

  test('what is no bundle is said to be none, and of a damaged one where', () => {
    const bundle = parseBundle(read('v1-batch.json'));
    for (const other of [[], 7, {}, { ...bundle, type: 'other' }, { ...bundle, version: 2 }])
      assert.throws(() => parseBundle(other), { message: 'this is JSON, but no proof bundle of version 1' });
    const damaged = { ...bundle, work: { ...bundle.work, recordDigest: '0x1' } };
    assert.throws(() => parseBundle({ ...bundle, extra: 1 }), {
      message: 'the bundle is not well formed: there is no field extra',
    });
    assert.throws(() => parseBundle({ ...bundle, chain: undefined }), {
      message: 'the bundle is not well formed at chain: is missing',
    });
    assert.throws(() => parseBundle(damaged), {
      message: /^the bundle is not well formed at work\.recordDigest: /,
    });
  });
});
