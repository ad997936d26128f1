import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { DecodedImage, Raster } from '../../../server/domain/media.ts';
import { fingerprintImage } from '../../../server/pipeline/fingerprint/index.ts';
import {
  type MatchDependencies,
  makeBackground,
  matchPrint,
  UNCALIBRATED,
} from '../../../server/pipeline/match/index.ts';
import { createBruteForceSearch } from '../../../server/search/index.ts';
import { blobs, makeFakeEmbedder } from './fake-embedder.ts';

const work = (i: number): WorkId => `work_${i}`;
const decoded = (raster: Raster): DecodedImage => ({
  mediaType: 'image/png',
  width: raster.width,
  height: raster.height,
  raster,
});

/** A registry of blob pictures 1…count. */
async function makeRegistry(count: number) {
  const embedder = makeFakeEmbedder();
  const search = createBruteForceSearch();
  const held = new Map<WorkId, Print>();
  for (let i = 1; i <= count; i++) {
    const print = await fingerprintImage(decoded(blobs(i)), embedder);
    held.set(work(i), print);
    search.add({ position: i, workId: work(i), vectors: print.segments.map((segment) => segment.vector) });
  }
  const strangers: number[] = [];
  for (let i = 900; i < 920; i++) {
    strangers.push(...(await fingerprintImage(decoded(blobs(i)), embedder)).segments[0]!.vector);
  }
  const deps: MatchDependencies = {
    search,
    embedder,
    background: makeBackground(Int8Array.from(strangers)),
    calibration: UNCALIBRATED,
    prints: {
      loadPrints: async (ids) =>
        new Map(ids.filter((id) => held.has(id)).map((id) => [id, held.get(id)!] as const)),
    },
  };
  const ask = async (raster: Raster, exactWorkIds: WorkId[] = [], exclude: WorkId[] = []) => {
    const print = await fingerprintImage(decoded(raster), embedder);
    return matchPrint({ decoded: decoded(raster), print, exactWorkIds }, deps, { exclude });
  };
  return { deps, held, ask, embedder };
}

/** A part of a raster. */
function crop(source: Raster, left: number, top: number, width: number, height: number): Raster {
  const data = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * source.width + left) * 3;
    data.set(source.data.subarray(from, from + width * 3), y * width * 3);
  }
  return { width, height, data };
}

const brighter = (source: Raster): Raster => ({
  ...source,
  data: source.data.map((value) => Math.min(255, value * 1.1 + 8)),
});

test('a brightened copy is found first, whole against whole, with reasons', async () => {
  const { ask } = await makeRegistry(8);
  const [best, second] = await ask(brighter(blobs(5)));
  assert.equal(best!.workId, work(5));
  assert.ok(best!.probability > 0.5 && best!.probability > second!.probability);
  assert.equal(best!.mirrored, false);
  const { x, y, width, height } = best!.workBox;
  assert.ok(x < 0.06 && y < 0.06 && width > 0.9 && height > 0.9, JSON.stringify(best!.workBox));
  const kinds = best!.reasons.map((reason) => reason.kind);
  assert.ok(kinds.includes('embedding') && kinds.includes('geometry'), kinds.join());
});

test('the place of a crop is told on both sides', async () => {
  const { ask } = await makeRegistry(8);
  const [best] = await ask(crop(blobs(3), 80, 40, 140, 110));
  assert.equal(best!.workId, work(3));
  assert.ok(best!.transform);
  for (const [value, expected] of [
    [best!.workBox.x, 80 / 240],
    [best!.workBox.y, 40 / 180],
    [best!.workBox.width, 140 / 240],
    [best!.workBox.height, 110 / 180],
    [best!.queryBox.width, 1],
  ] as const) {
    assert.ok(Math.abs(value - expected) < 0.09, `${value} is not ${expected}`);
  }
});

test('strangers come with a lower probability than copies', async () => {
  const { ask } = await makeRegistry(8);
  const [stranger] = await ask(blobs(77));
  const [copy] = await ask(brighter(blobs(5)));
  assert.ok(
    stranger!.probability < copy!.probability - 0.2,
    `${stranger!.probability}, ${copy!.probability}`,
  );
});

test('works with the same bytes come first, certain, and only once', async () => {
  const { ask } = await makeRegistry(4);
  const matches = await ask(blobs(2), [work(2)]);
  assert.deepEqual(
    [matches[0]!.workId, matches[0]!.probability, matches[0]!.reasons[0]!.kind],
    [work(2), 1, 'exact'],
  );
  assert.equal(matches.filter((match) => match.workId === work(2)).length, 1);
});

test('excluded works are never answered, not even by bytes', async () => {
  const { ask } = await makeRegistry(4);
  const matches = await ask(blobs(2), [work(2)], [work(2)]);
  assert.ok(matches.every((match) => match.workId !== work(2)));
});

test('a blank picture matches by bytes only and never meets the network', async () => {
  const { ask, embedder } = await makeRegistry(3);
  const blank: Raster = { width: 50, height: 50, data: new Uint8Array(7500).fill(250) };
  const runs = embedder.seen.length;
  assert.deepEqual(await ask(blank), []);
  assert.equal((await ask(blank, [work(1)])).length, 1);
  assert.equal(embedder.seen.length, runs);
});

test('a work that vanished between index and store is left out', async () => {
  const { ask, held } = await makeRegistry(4);
  held.delete(work(2));
  const matches = await ask(brighter(blobs(2)));
  assert.ok(matches.length > 0 && matches.every((match) => match.workId !== work(2)));
});

test('an empty registry answers nothing', async () => {
  const { ask } = await makeRegistry(0);
  assert.deepEqual(await ask(blobs(1)), []);
});
