import assert from 'node:assert/strict';
import { mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { Vector } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { VectorSearch } from '../../../server/pipeline/match/index.ts';
import { createBruteForceSearch, followPrints, openVectorIndex } from '../../../server/search/index.ts';

const MODEL = `0x${'a1'.repeat(32)}` as const;
const work = (i: number): WorkId => `work_${i}`;

let folder = '';
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'colophon-index-'));
});
after(() => rm(folder, { recursive: true, force: true }));

/** Vectors around `clusters` centres, as pictures of a few kinds give them. */
function makeVectors(count: number, clusters: number, seed: number): Vector[] {
  let state = seed;
  const next = () => {
    state = (state * 48_271) % 2_147_483_647;
    return state / 2_147_483_647;
  };
  const normal = () => (next() + next() + next() + next() - 2) * 1.7;
  const centres = Array.from({ length: clusters }, () => Array.from({ length: 256 }, normal));
  return Array.from({ length: count }, (_, i) => {
    const centre = centres[i % clusters]!;
    const values = centre.map((value) => 0.6 * value + 0.8 * normal());
    const length = Math.hypot(...values);
    return Int8Array.from(values, (value) =>
      Math.max(-127, Math.min(127, Math.round((value * 512) / length))),
    );
  });
}

function fill(index: VectorSearch, vectors: readonly Vector[], each: number): void {
  for (let i = 0; i * each < vectors.length; i++) {
    index.add({ position: i + 1, workId: work(i), vectors: vectors.slice(i * each, (i + 1) * each) });
  }
}

test('the index finds what comparing with everything finds', async () => {
  const vectors = makeVectors(6000, 12, 3);
  const index = await openVectorIndex({ modelDigest: MODEL });
  const oracle = createBruteForceSearch();
  fill(index, vectors, 6);
  fill(oracle, vectors, 6);
  assert.equal(index.size, 6000);
  const queries = makeVectors(100, 12, 3).map((vector, i) => {
    const other = vectors[(i * 59) % vectors.length]!;
    return Int8Array.from(vector, (value, d) => Math.round(0.4 * value + 0.6 * other[d]!));
  });
  const found = index.query(queries, 10);
  const expected = oracle.query(queries, 10);
  let good = 0;
  queries.forEach((_, q) => {
    // These vectors crowd: one that is as near as the tenth, but for int8 rounding, is as good an answer.
    const tenth = expected[q]![9]!.similarity;
    good += found[q]!.filter(({ similarity }) => similarity > tenth - 0.004).length;
    assert.ok(Math.abs(found[q]![0]!.similarity - expected[q]![0]!.similarity) < 0.02, `query ${q}`);
  });
  assert.ok(good / 1000 > 0.97, `${good} of 1000 neighbours are as near as they should be`);
});

test('a removed work is gone, a work added again is there once', async () => {
  const vectors = makeVectors(60, 3, 5);
  const index = await openVectorIndex({ modelDigest: MODEL });
  fill(index, vectors, 2);
  index.remove(work(4), 31);
  assert.equal(index.size, 58);
  assert.equal(index.highWaterMark, 31);
  assert.notEqual(index.query([vectors[8]!], 1)[0]![0]!.workId, work(4));
  index.add({ position: 31, workId: work(5), vectors: vectors.slice(10, 12) });
  index.add({ position: 31, workId: work(5), vectors: vectors.slice(10, 12) });
  assert.equal(index.size, 58);
  const hits = index.query([vectors[10]!], 3)[0]!;
  assert.equal(hits.filter(({ workId, segment }) => workId === work(5) && segment === 0).length, 1);
  index.remove(work(999));
});

test('an empty index answers nothing', async () => {
  const index = await openVectorIndex({ modelDigest: MODEL });
  assert.deepEqual(index.query(makeVectors(2, 1, 9), 5), [[], []]);
  assert.deepEqual(index.query([], 5), []);
});

test('a snapshot brings everything back, and goes on from there', async () => {
  const path = join(folder, 'whole.index');
  const vectors = makeVectors(300, 4, 11);
  const index = await openVectorIndex({ modelDigest: MODEL });
  fill(index, vectors, 3);
  index.remove(work(7), 101);
  await index.save(path);
  const again = await openVectorIndex({ path, modelDigest: MODEL });
  assert.equal(again.size, index.size);
  assert.equal(again.highWaterMark, 101);
  assert.deepEqual(again.query(vectors.slice(0, 20), 5), index.query(vectors.slice(0, 20), 5));
  again.add({ position: 102, workId: work(200), vectors: makeVectors(1, 1, 77) });
  assert.equal(again.query(makeVectors(1, 1, 77), 1)[0]![0]!.workId, work(200));
  // A second snapshot over the first.
  await again.save(path);
  assert.equal((await openVectorIndex({ path, modelDigest: MODEL })).highWaterMark, 102);
});

test('half a snapshot, a foreign one and none start empty', async () => {
  const path = join(folder, 'half.index');
  const index = await openVectorIndex({ modelDigest: MODEL });
  fill(index, makeVectors(200, 2, 1), 2);
  await index.save(path);
  assert.equal((await openVectorIndex({ path, modelDigest: `0x${'b2'.repeat(32)}` })).size, 0);
  await truncate(path, 1000);
  const half = await openVectorIndex({ path, modelDigest: MODEL });
  assert.deepEqual([half.size, half.highWaterMark], [0, 0]);
  await writeFile(`${path}.json`, '{"format":');
  assert.equal((await openVectorIndex({ path, modelDigest: MODEL })).size, 0);
  assert.equal((await openVectorIndex({ path: join(folder, 'none'), modelDigest: MODEL })).size, 0);
});

test('a snapshot that cannot be written is a typed problem', async () => {
  const index = await openVectorIndex({ modelDigest: MODEL });
  fill(index, makeVectors(4, 1, 2), 2);
  await assert.rejects(index.save(join(folder, 'no', 'such', 'folder')), { code: 'disk_full' });
});

test('following the print store applies additions and removals in order, in pages', async () => {
  const vectors = makeVectors(450, 3, 13);
  const changes = vectors.map((vector, i) => {
    const entry = { position: i + 1, workId: work(i), vectors: [vector] };
    return { position: i + 1, workId: work(i), entry: i === 44 ? null : entry };
  });
  const asked: number[] = [];
  const source = async (position: number, limit: number) => {
    asked.push(position);
    return changes.filter((change) => change.position > position).slice(0, limit);
  };
  const index = await openVectorIndex({ modelDigest: MODEL });
  index.add({ position: 0, workId: work(44), vectors: [vectors[44]!] });
  assert.equal(await followPrints(index, source), 450);
  assert.deepEqual(asked, [0, 200, 400]);
  assert.equal(index.size, 449);
  assert.equal(await followPrints(index, source), 0);
});

test('a work of many vectors is found by each, after a snapshot too, and goes as a whole', async () => {
  const vectors = makeVectors(300, 300, 11);
  const path = join(folder, 'long.usearch');
  const index = await openVectorIndex({ modelDigest: MODEL });
  index.add({ position: 1, workId: work(1), vectors: vectors.slice(0, 170) });
  await index.addInTurns({ position: 2, workId: work(2), vectors: vectors.slice(170) });
  assert.equal(index.highWaterMark, 2);
  await index.save(path);
  const again = await openVectorIndex({ path, modelDigest: MODEL });
  for (const one of [index, again]) {
    const hits = one.query([vectors[0]!, vectors[64]!, vectors[169]!, vectors[170]!, vectors[299]!], 1);
    assert.deepEqual(
      hits.map(([hit]) => [hit!.workId, hit!.segment]),
      [
        [work(1), 0],
        [work(1), 64],
        [work(1), 169],
        [work(2), 0],
        [work(2), 129],
      ],
    );
  }
  again.remove(work(1), 3);
  assert.equal(again.size, 130);
  assert.equal(again.query([vectors[64]!], 1)[0]![0]!.workId, work(2));
  again.add({ position: 4, workId: work(3), vectors: vectors.slice(0, 100) });
  assert.deepEqual(
    again.query([vectors[64]!], 1)[0]!.map(({ workId, segment }) => [workId, segment]),
    [[work(3), 64]],
  );
});
