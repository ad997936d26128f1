import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { defaultModel } from '../../../scripts/bench/default-model.ts';
import { drawPair } from '../../../scripts/bench/lookalikes-pictures.ts';
import { GEOMETRIC_EDITS } from '../../../scripts/calibrate/geometric-edits.ts';
import { LOOK_EDITS } from '../../../scripts/calibrate/look-edits.ts';
import { asPicture, makeRandom, type Picture } from '../../../scripts/calibrate/picture.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { DecodedImage, Raster } from '../../../server/domain/media.ts';
import { type Model, openModel } from '../../../server/inference/index.ts';
import { decide } from '../../../server/pipeline/decide/index.ts';
import {
  decodePrint,
  encodePrint,
  fingerprintImage,
  fingerprintRegions,
  gridWindows,
} from '../../../server/pipeline/fingerprint/index.ts';
import { cosine, matchPrint } from '../../../server/pipeline/match/index.ts';
import { overlap } from '../../../server/pipeline/match/panels.ts';
import { openVectorIndex, type VectorIndex } from '../../../server/search/index.ts';

const COUNT = 8;
const work = (i: number): WorkId => `work_${i}`;
const decoded = (raster: Raster): DecodedImage => ({
  mediaType: 'image/png',
  width: raster.width,
  height: raster.height,
  raster,
});

let model: Model;
let search: VectorIndex;
const prints = new Map<WorkId, Print>();
const works: Raster[] = [];
let strangers: Raster[] = [];
before(async () => {
  model = await openModel(await defaultModel());
  search = await openVectorIndex({ modelDigest: model.digest });
  for (let i = 0; i < COUNT; i++) {
    const [raster] = await drawPair(i % 2 === 0 ? 'scene' : 'shapes', 100 + i);
    works.push(raster);
    // Through text and back, as the print store keeps it.
    const print = decodePrint(encodePrint(await fingerprintImage(decoded(raster), model.embedder)));
    prints.set(work(i), print);
    search.add({
      position: i + 1,
      workId: work(i),
      vectors: print.segments.map((segment) => segment.vector),
    });
  }
  strangers = await Promise.all([201, 202, 203, 204].map(async (seed) => (await drawPair('scene', seed))[0]));
});
after(() => model.close());

async function ask(raster: Raster) {
  const print = await fingerprintImage(decoded(raster), model.embedder);
  const source = {
    loadPrints: async (ids: readonly WorkId[]) => new Map(ids.map((id) => [id, prints.get(id)!] as const)),
  };
  const matches = await matchPrint(
    { decoded: decoded(raster), print, exactWorkIds: [] },
    { search, prints: source, ...model },
  );
  return { print, verdict: decide(matches, model.policy, model.digest) };
}

async function edit(i: number, names: readonly string[], seed: number): Promise<Picture> {
  let picture = asPicture(works[i]!);
  const random = makeRandom(seed);
  for (const name of names)
    picture = await { ...GEOMETRIC_EDITS, ...LOOK_EDITS }[name]!(picture, random, strangers);
  return picture;
}

const COPIES: readonly (readonly string[])[] = [
  ['lossy'],
  ['flip'],
  ['quarter-turn'],
  ['crop'],
  ['inset'],
  ['collage'],
  ['border', 'hue-turn'],
  ['negative'],
];

COPIES.forEach((names, i) => {
  test(`recognises a copy: ${names.join(', ')}`, async () => {
    const picture = await edit(i, names, 40 + i);
    const { verdict, print } = await ask(picture);
    const [best] = verdict.matches;
    assert.ok(best, 'no match');
    assert.equal(best.workId, work(i));
    assert.notEqual(verdict.outcome, 'distinct');
    assert.ok(overlap(best.queryBox, picture.shown) > 0.6, JSON.stringify([best.queryBox, picture.shown]));
    assert.equal(best.mirrored, names.includes('flip'));
    // What the match says of its segments can be recomputed from the two prints.
    const [a, b] = [print.segments[best.querySegment]!, prints.get(best.workId)!.segments[best.workSegment]!];
    assert.equal(best.similarity, cosine(a.vector, b.vector));
  });
});

test('strangers are distinct, and say so', async () => {
  for (const raster of strangers) {
    const { verdict } = await ask(raster);
    assert.equal(verdict.outcome, 'distinct');
    assert.equal(verdict.explanation, 'Nothing registered is copied.');
  }
});

test('the same picture gives the same print, whatever else the model is doing', async () => {
  const [first, ...others] = await Promise.all(
    [0, 1, 0, 2, 0].map((i) => fingerprintImage(decoded(works[i]!), model.embedder)),
  );
  assert.equal(encodePrint(first!), encodePrint(others[1]!));
  assert.equal(encodePrint(first!), encodePrint(others[3]!));
  assert.equal(encodePrint(first!), encodePrint(prints.get(work(0))!));
});

test('regions come out the same wherever they are prepared: here, or in any number of threads', async () => {
  const boxes = gridWindows(0.5, 3, 3);
  const { embedRegions: _, ...plain } = model.embedder;
  const expected = await fingerprintRegions(works[0]!, boxes, plain);
  const several = await openModel(await defaultModel(), { lanes: 3, maxBatch: 2 });
  try {
    for (const embedder of [model.embedder, several.embedder]) {
      assert.ok(embedder.embedRegions);
      assert.deepEqual(await fingerprintRegions(works[0]!, boxes, embedder), expected);
    }
  } finally {
    await several.close();
  }
});
