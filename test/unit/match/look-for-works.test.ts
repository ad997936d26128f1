import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { Raster } from '../../../server/domain/media.ts';
import { decodePrint, encodePrint, fingerprintImage } from '../../../server/pipeline/fingerprint/index.ts';
import { examineCandidates } from '../../../server/pipeline/match/examine-candidates.ts';
import { type MatchDependencies, makeBackground } from '../../../server/pipeline/match/index.ts';
import { lookForWorks } from '../../../server/pipeline/match/look-for-works.ts';
import { createBruteForceSearch } from '../../../server/search/index.ts';
import { blobs, makeFakeEmbedder } from './fake-embedder.ts';

const GRID = 16;
const OPTIONS = { skip: new Set<WorkId>(), limit: 16 };
/** Sure where the places of more than half of the visible cells agree. */
const SURE = { version: 'sure', intercept: -50, weights: { agreement: 100 } };
const NEVER = { version: 'never', intercept: -100, weights: { agreement: 0 } };

/** Five registered blob pictures; how likely any of them is, is the caller's to say. */
async function makeRegistry() {
  const embedder = makeFakeEmbedder();
  const search = createBruteForceSearch();
  const held = new Map<WorkId, Print>();
  const print = async (raster: Raster) => {
    const made = await fingerprintImage({ mediaType: 'image/png', ...raster, raster }, embedder);
    return decodePrint(encodePrint(made)); // without what a fresh print remembers
  };
  for (let i = 1; i <= 5; i++) {
    const made = await print(blobs(i));
    held.set(`work_${i}`, made);
    search.add({ position: i, workId: `work_${i}`, vectors: made.segments.map((segment) => segment.vector) });
  }
  const deps: Omit<MatchDependencies, 'calibration'> = {
    search,
    embedder,
    background: makeBackground((await print(blobs(77))).segments[0]!.vector),
    prints: { loadPrints: async (ids) => new Map(ids.map((id) => [id, held.get(id)!] as const)) },
  };
  return { deps, print, embedder };
}

/** A picture in the corner of a larger plain one. */
function inset(raster: Raster): Raster {
  const [width, height] = [raster.width * 2, raster.height * 2];
  const data = new Uint8Array(width * height * 3).fill(120);
  for (let y = 0; y < raster.height; y++) {
    const row = raster.data.subarray(y * raster.width * 3, (y + 1) * raster.width * 3);
    data.set(row, (y + 20) * width * 3 + 60);
  }
  return { width, height, data };
}

test('the grid of windows is looked at unless a likely copy fills half of the query', async () => {
  const { deps, print } = await makeRegistry();
  const views = async (raster: Raster, calibration: typeof SURE) =>
    (await lookForWorks(raster, await print(raster), { ...deps, calibration }, OPTIONS)).views.length;
  const copy = blobs(3);
  assert.equal((await views(copy, NEVER)) - (await views(copy, SURE)), GRID);
  assert.equal(await views(inset(copy), SURE), await views(inset(copy), NEVER));
});

test('two steps find what one look with all views finds', async () => {
  const { deps, print } = await makeRegistry();
  const all = { ...deps, calibration: NEVER };
  for (const raster of [blobs(2), inset(blobs(4)), blobs(50)]) {
    const { views, examined } = await lookForWorks(raster, await print(raster), all, OPTIONS);
    const atOnce = await examineCandidates(raster, views, all, OPTIONS);
    const order = (list: typeof examined) => list.toSorted((a, b) => a.workId.localeCompare(b.workId));
    assert.deepEqual(order(examined), order(atOnce));
    assert.ok(examined.length > 0);
  }
});
