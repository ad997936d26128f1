import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findQuietEnd, type PacketMark } from '../../../server/media/video/quiet-end.ts';

const QUIET = { leastMs: 1_000, gapMs: 5_000 };
const END_MS = 10_000;

/**
 * Ten seconds of 25 frames a second in the order of the file: a key frame, then one of type P and the two of type B that are
 * shown before it. Sizes by the second in which a frame of type P is shown; `bursts` are added to the frames at these times.
 */
function group(
  sizeAt: (second: number) => number,
  bursts: ReadonlyMap<number, number> = new Map(),
): PacketMark[] {
  const packets = [{ atMs: 0, bytes: 40_000 }];
  for (let i = 3; i < 250; i += 3) {
    const atMs = 40 * i;
    packets.push({ atMs, bytes: bursts.get(atMs) ?? sizeAt(Math.floor(atMs / 1000)) });
    for (const k of [2, 1]) packets.push({ atMs: atMs - 40 * k, bytes: bursts.get(atMs - 40 * k) ?? 300 });
  }
  return packets;
}

const endOf = (packets: readonly PacketMark[], endMs = END_MS, codec = 'h264') =>
  findQuietEnd(codec, packets, endMs, QUIET);

test('of a quiet group all but the last seconds are seen, and the first one of a short group', () => {
  assert.equal(endOf(group(() => 4_000)), 5_000);
  assert.equal(endOf(group(() => 4_000).slice(0, 100), 4_000), 1_000);
});

test('a frame that stands out is seen, and a second after it; the last one says how far', () => {
  assert.equal(endOf(group(() => 4_000, new Map([[7_200, 13_000]]))), 8_200);
  assert.equal(endOf(group(() => 4_000, new Map([[2_400, 30_000]]))), 5_000);
  assert.equal(
    endOf(
      group(
        () => 4_000,
        new Map([
          [2_400, 30_000],
          [9_600, 13_000],
        ]),
      ),
    ),
    10_600,
  );
});

test('in motion a frame stands out by its size beside the key frame; an old key frame by neither', () => {
  assert.equal(endOf(group(() => 18_000, new Map([[7_200, 31_000]]))), 8_200);
  assert.equal(endOf(group(() => 18_000, new Map([[7_200, 25_000]]))), 5_000);
  assert.equal(endOf(group(() => 4_000, new Map([[7_200, 10_000]]))), 5_000);
});

test('motion that grows is no cut, nor is twice of next to nothing', () => {
  assert.equal(endOf(group((second) => 1_000 + 700 * second)), 5_000);
  assert.equal(endOf(group(() => 200, new Map([[7_200, 1_500]]))), 5_000);
});

test('frames are compared with their like: types B with none, repeated ones not at all', () => {
  // A frame between others is larger than its like, and smaller than those that others are predicted from.
  assert.equal(endOf(group(() => 4_000, new Map([[7_240, 3_500]]))), 5_000);
  // Of a slower film in a faster one most frames repeat another.
  const repeated = group(() => 4_000).map((packet, i) =>
    (i / 3) % 3 > 1 ? { ...packet, bytes: 60 } : packet,
  );
  assert.equal(endOf(repeated), 5_000);
});

test('where packets do not tell, groups are seen to their end', () => {
  const quiet = group(() => 4_000);
  for (const codec of ['vp8', 'vp9', 'libdav1d', 'mjpeg'])
    assert.equal(endOf(quiet, END_MS, codec), Infinity);
  assert.equal(endOf(quiet.map((packet) => ({ ...packet, atMs: Number.NaN }))), Infinity);
  assert.equal(endOf(quiet.slice(0, 12)), Infinity, 'four frames are no ground to judge by');
  assert.equal(endOf([]), Infinity);
});
