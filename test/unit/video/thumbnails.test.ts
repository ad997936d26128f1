import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DecodedFrame } from '../../../server/pipeline/decode/video/index.ts';
import { createThumbnails } from '../../../server/pipeline/decode/video/index.ts';

const WHOLE = { x: 0, y: 0, width: 1, height: 1 };

/** Left half of one colour, right half of another. */
function halves(timeMs: number, left: number[], right: number[], mark: DecodedFrame['mark']): DecodedFrame {
  const [width, height] = [40, 20];
  const data = new Uint8Array(3 * width * height);
  for (let i = 0; i < width * height; i++) data.set(i % width < width / 2 ? left : right, 3 * i);
  return { timeMs, raster: { width, height, data }, content: WHOLE, mark };
}

test('new frames are kept small and grey, at whole milliseconds; the others are passed on only', async () => {
  const thumbnails = createThumbnails(10);
  const frames = [
    halves(0, [255, 0, 0], [0, 255, 0], 'new'),
    halves(33.4, [0, 0, 255], [255, 255, 255], 'new'),
    halves(66.7, [0, 0, 255], [255, 255, 255], 'still'),
  ];
  const passed: DecodedFrame[] = [];
  const source = (async function* () {
    yield* frames;
  })();
  for await (const frame of thumbnails.keep(source)) passed.push(frame);
  assert.deepEqual(passed, frames);
  const first = thumbnails.at(0)!;
  assert.deepEqual([first.width, first.height, first.frames.length], [10, 5, 1]);
  // Red and green by ITU-R BT.601: 0.299 and 0.587 of white.
  assert.deepEqual([first.frames[0]!.data[0], first.frames[0]!.data[9]], [77, 149]);
  assert.deepEqual(
    [...thumbnails.at(33)!.frames[0]!.data.slice(0, 10)],
    [29, 29, 29, 29, 29, 255, 255, 255, 255, 255],
  );
  assert.equal(thumbnails.at(67), null);
});
