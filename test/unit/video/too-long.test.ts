import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import { InputError } from '../../../server/errors.ts';
import {
  DEFAULT_VIDEO_LIMITS,
  decodeVideo,
  planSampling,
  type VideoDecoder,
} from '../../../server/pipeline/decode/video/index.ts';
import { matchVideo, type Track } from '../../../server/pipeline/match/video/index.ts';

test('two films of twelve hours are refused, not compared in memory that is not there', async () => {
  const vector = new Int8Array(256).fill(32);
  const spans = Array.from({ length: 43_200 }, (_, i) => ({
    startMs: 1000 * i,
    endMs: 1000 * i + 1000,
    vector,
  }));
  const track: Track = { durationMs: 43_200_000, spans };
  const workId = 'work_long' as WorkId;
  const search = {
    query: (vectors: readonly Int8Array[]) => vectors.map((_, span) => [{ workId, span, similarity: 1 }]),
  };
  const works = { loadTracks: async () => new Map([[workId, track]]), openFrames: async () => null };
  await assert.rejects(
    matchVideo({ track, parts: [], frames: null }, { search, works }),
    (error) =>
      error instanceof InputError &&
      error.code === 'media_too_large' &&
      /12\.0 and 12\.0/.test(error.message),
  );
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
