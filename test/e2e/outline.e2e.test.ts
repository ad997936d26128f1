import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WHOLE } from '../../server/domain/media.ts';
import {
  areaOf,
  clipToPicture,
  invert,
  mapPoint,
  matchOutlines,
  type Point,
} from '../../web/src/match/outline.ts';

const close = (a: readonly Point[], b: readonly Point[]) => {
  assert.equal(a.length, b.length);
  a.forEach((p, i) => {
    assert.ok(Math.abs(p[0] - b[i]![0]) < 1e-9 && Math.abs(p[1] - b[i]![1]) < 1e-9, `${p} is not ${b[i]}`);
  });
};

test('a transform and its inverse undo each other', () => {
  const turn = { a: 0.3, b: -0.4, c: 0.5, d: 0.4, e: 0.3, f: 0.1 };
  const point: Point = [0.25, 0.75];
  close([mapPoint(invert(turn)!, mapPoint(turn, point))], [point]);
  assert.equal(invert({ a: 1, b: 2, c: 0, d: 2, e: 4, f: 0 }), null);
});

test('a polygon is cut to the picture', () => {
  const cut = clipToPicture([
    [-0.5, 0.25],
    [0.5, 0.25],
    [0.5, 0.75],
    [-0.5, 0.75],
  ]);
  assert.ok(Math.abs(areaOf(cut) - 0.25) < 1e-9);
  assert.ok(cut.every(([x, y]) => x >= 0 && x <= 1 && y >= 0 && y <= 1));
  assert.deepEqual(
    clipToPicture([
      [2, 2],
      [3, 2],
      [3, 3],
    ]),
    [],
  );
});

test('both outlines show the same area, also where the copy shows more than the work has', () => {
  // The query shows the work with a margin on its left: a quarter of the query is not in the work.
  const transform = { a: 4 / 3, b: 0, c: -1 / 3, d: 0, e: 1, f: 0 };
  const { query, work } = matchOutlines({ queryBox: WHOLE, workBox: WHOLE, transform });
  assert.ok(Math.abs(areaOf(work) - 1) < 1e-9);
  assert.ok(Math.abs(areaOf(query) - 0.75) < 1e-9);
  close(
    query.map((p) => mapPoint(transform, p)),
    work,
  );
});

test('without geometry the boxes are outlined as they are', () => {
  const workBox = { x: 0.5, y: 0, width: 0.5, height: 1 };
  const { work } = matchOutlines({ queryBox: WHOLE, workBox, transform: null });
  close(work, [
    [0.5, 0],
    [1, 0],
    [1, 1],
    [0.5, 1],
  ]);
});
