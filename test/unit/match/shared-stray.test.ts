import assert from 'node:assert/strict';
import { it } from 'node:test';
import { makeRandom } from '../../../scripts/calibrate/picture.ts';
import { type StrayBlock, sharedStray } from '../../../server/pipeline/match/shared-stray.ts';

/** A grid of blocks as the sketch has them, strayed as told. */
function grid(stray: (x: number, y: number) => readonly [dx: number, dy: number]): StrayBlock[] {
  const blocks: StrayBlock[] = [];
  for (let x = 6; x < 122; x += 8) {
    for (let y = 6; y < 122; y += 8) {
      const [dx, dy] = stray(x, y);
      blocks.push({ x, y, dx, dy });
    }
  }
  return blocks;
}

it('blocks that stray each on its own share nothing, however far they stray', () => {
  const random = makeRandom(5);
  const step = () => random.between(-1.5, 1.5);
  assert.ok(sharedStray(grid(() => [step(), step()])) < 0.35);
});

it('a near half that has moved against the far half is seen by how far it moved', () => {
  const shared = sharedStray(grid((x) => [x < 64 ? 1 : -1, 0]));
  assert.ok(shared > 0.85 && shared <= 1, `${shared}`);
});

it('blocks in their place share nothing', () => {
  assert.equal(sharedStray(grid(() => [0, 0])), 0);
});

it('a mistake counts no more than the farthest movement', () => {
  assert.ok(sharedStray(grid(() => [40, 0])) <= 2.5 + 1e-9);
});

it('a handful of blocks says nothing', () => {
  assert.equal(sharedStray(grid(() => [1, 0]).slice(0, 5)), 0);
});
