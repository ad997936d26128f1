import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import { InputError } from '../../../server/errors.ts';
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
