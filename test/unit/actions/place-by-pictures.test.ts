import assert from 'node:assert/strict';
import { test } from 'node:test';
import { linesOf, placeByPictures } from '../../../server/actions/media/place-by-pictures.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { MatchSegment } from '../../../server/domain/match.ts';
import { matchAudio } from '../../../server/pipeline/match/audio/index.ts';
import { sampleMatch } from '../../helpers/sample-match.ts';
import { asked, makeSound, track } from '../audio/made-sounds.ts';

const A = 'work_a' as WorkId;
const PERIOD_MS = 4_096;

function picture(changes: Partial<MatchSegment> = {}) {
  const stretch = (startMs: number) =>
    ({
      kind: 'time',
      startMs,
      endMs: startMs + 6_000,
      firstFrame: null,
      lastFrame: null,
      box: null,
    }) as const;
  const segment = { query: stretch(0), work: stretch(20_000), track: 'picture', speed: 1, isExact: true };
  return sampleMatch('a', 1, { segments: [{ ...segment, ...changes } as MatchSegment] });
}

test('lines are those of segments that were set to the frame, forwards', () => {
  assert.deepEqual(linesOf([picture()]).get(A), [{ speed: 1, offsetMs: 20_000, fromMs: 0, toMs: 6_000 }]);
  assert.deepEqual(linesOf([picture({ speed: -1 })]).get(A), []);
  assert.deepEqual(linesOf([picture({ isExact: false })]).get(A), []);
});

test('a sound that repeats itself is placed where the pictures are, and loaded only for that', async () => {
  const sound = makeSound(7, PERIOD_MS);
  const work = track(sound, 60_000);
  const query = asked(sound, 6_000, 1, 20_000);
  const loads: WorkId[] = [];
  const works = {
    loadTracks: async (ids: readonly WorkId[]) => {
      loads.push(...ids);
      return new Map(ids.map((id) => [id, work]));
    },
  };
  // The index names windows two periods later only.
  const search = {
    query: (vectors: readonly unknown[]) =>
      vectors.map((_, i) => [{ workId: A, window: 55 + Math.floor(i / 2), similarity: 0.9 }]),
  };
  const found = await matchAudio(query, { search, works });
  const startOf = (matches: typeof found) => matches[0]!.segments[0]!.work.startMs;
  assert.ok(Math.abs(startOf(found) - 28_192) < 40, JSON.stringify(found));
  loads.length = 0;
  assert.deepEqual(await placeByPictures(query, found, works, new Map()), found);
  assert.deepEqual(loads, []);
  const placed = await placeByPictures(query, found, works, linesOf([picture()]));
  assert.ok(Math.abs(startOf(placed) - 20_000) < 40, JSON.stringify(placed));
});
