import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import {
  DEFAULT_VIDEO_LIMITS,
  decodeVideo,
  planSampling,
  type VideoDecoder,
} from '../../../server/pipeline/decode/video/index.ts';
import { matchVideo, type Track } from '../../../server/pipeline/match/video/index.ts';

/** Four hours, a second each; a look is a vector of its own. */
function film(looks: (second: number) => number): Track {
  const spans = Array.from({ length: 14_400 }, (_, second) => {
    const random = makeRandom(looks(second));
    const vector = Int8Array.from({ length: 256 }, () => random.below(120) - 60);
    return { startMs: 1000 * second, endMs: 1000 * second + 1000, vector };
  });
  return { durationMs: 14_400_000, spans };
}

test('two films of four hours are compared in memory that grows with their sum, not with their product', async () => {
  const work = film((second) => second);
  // An hour of the work, from 100 minutes on, and a minute of it backwards; the index knows every twentieth second.
  const query = film((second) => {
    if (second >= 3_000 && second < 6_600) return second + 3_000;
    return second >= 9_000 && second < 9_060 ? 9_200 - (second - 9_000) : 100_000 + second;
  });
  const workId = 'work_long' as WorkId;
  const search = {
    query: (vectors: readonly Int8Array[]) =>
      vectors.map((_, row) => {
        const isCopied = row >= 3_000 && row < 6_600 && row % 20 === 0;
        const span = isCopied ? row + 3_000 : row >= 9_000 && row < 9_060 ? 18_200 - row : -1;
        return span < 0 ? [] : [{ workId, span, similarity: 1 }];
      }),
  };
  const works = { loadTracks: async () => new Map([[workId, work]]), openFrames: async () => null };
  const before = process.memoryUsage().arrayBuffers;
  let most = 0;
  const giveTurn = async () => {
    most = Math.max(most, process.memoryUsage().arrayBuffers - before);
  };
  const [match] = await matchVideo(
    { track: query, parts: [], frames: null },
    { search, works },
    { giveTurn },
  );
  const found = match!.segments.map((segment) => [
    segment.query.startMs / 1000,
    segment.query.endMs / 1000,
    segment.work.startMs / 1000,
    Math.sign(segment.speed),
  ]);
  assert.deepEqual(found, [
    [3_000, 6_600, 6_000, 1],
    [9_000, 9_060, 9_141, -1],
  ]);
  // All similarities at once would be 830 MB.
  assert.ok(most < 150e6, `${Math.round(most / 1e6)} MB`);
});

test('a film that goes on beyond the limit is refused, whatever its container says', async () => {
  const raster = { width: 8, height: 8, data: new Uint8Array(3 * 64) };
  const decoder = {
    async *sample() {
      for (let timeMs = 0; timeMs < 100_000; timeMs += 1000) yield { timeMs, cause: 'clock', raster };
    },
  } as unknown as VideoDecoder;
  const limits = { ...DEFAULT_VIDEO_LIMITS, maxDurationMs: 60_000 };
  const read = async () => {
    let count = 0;
    for await (const _ of decodeVideo({ path: 'film' }, decoder, planSampling(0), limits)) count++;
    return count;
  };
  await assert.rejects(read, { code: 'media_too_large' });
  limits.maxDurationMs = 100_000;
  assert.equal(await read(), 100);
});
