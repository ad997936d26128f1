import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { beginMatch } from '../../../server/actions/media/begin-match.ts';
import { alongside } from '../../../server/actions/media/film-sound.ts';
import type { MediaFile, MediaQuery, MediumPath } from '../../../server/actions/media/medium-path.ts';
import type { LeafPrint } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { Match, Policy } from '../../../server/domain/match.ts';
import type { LongWorkSearch } from '../../../server/pipeline/match/index.ts';

const SAME = 'work_same' as WorkId;
const FILE = { path: '/nowhere', sizeBytes: 1 } as MediaFile;
const POLICY = { reviewProbability: 0.5, sound: { reviewProbability: 0.7 } } as unknown as Policy;
const HEARD = { leaves: [] } as unknown as LeafPrint;
const FOUND = [{ workId: 'work_a' }] as unknown as Match[];

function setUp(heard: LeafPrint | null) {
  const asked: number[] = [];
  const search = {
    query: (vectors: readonly Int8Array[]) =>
      vectors.map(([first]) => {
        asked.push(first!);
        return [];
      }),
  } as unknown as LongWorkSearch;
  const matched: MediaQuery[] = [];
  const sound = {
    async match(query: MediaQuery) {
      matched.push(query);
      await query.lines;
      return FOUND;
    },
  } as unknown as MediumPath;
  const hearing = alongside(async () => heard);
  const ahead = { same: SAME, exclude: [], policy: POLICY };
  const begun = beginMatch({ search, sound }, { file: FILE, durationMs: 600_000, hearing, ahead });
  return { asked, matched, begun };
}

test('the index is asked for every stretch as it comes, and for parts every few seconds of a long film', async () => {
  const { asked, begun } = setUp(null);
  for (let s = 0; s < 6; s++) {
    begun.onStretch({ startMs: 1000 * s, vector: Int8Array.of(s), parts: [Int8Array.of(10 + s)] });
  }
  for (let i = 0; i < 5; i++) await turn();
  assert.deepEqual(asked, [0, 10, 1, 2, 3, 13, 4, 5]);
});

test('sound is matched as soon as it was heard, under its own thresholds, and ends when the lines are known', {
  timeout: 60_000,
}, async () => {
  const { matched, begun } = setUp(HEARD);
  for (let i = 0; i < 5; i++) await turn();
  const [query] = matched;
  assert.ok(query, 'before anybody asked for what was found');
  assert.deepEqual([query.same, query.print, query.policy.reviewProbability], [SAME, HEARD, 0.7]);
  let result: readonly Match[] | null = null;
  const { promise, resolve } = Promise.withResolvers<Map<WorkId, []>>();
  const ended = begun.sounds(promise).result.then((matches) => {
    result = matches;
  });
  for (let i = 0; i < 5; i++) await turn();
  assert.equal(result, null);
  resolve(new Map([[SAME, []]]));
  await ended;
  assert.equal(result, FOUND);
  assert.deepEqual(await query.lines, new Map([[SAME, []]]));
});

test('a film without sound has none that is matched', async () => {
  const { matched, begun } = setUp(null);
  assert.deepEqual(await begun.sounds(Promise.resolve(new Map())).result, []);
  assert.equal(matched.length, 0);
});

test('pictures that fail while the sound is still matched are no failure of the process', async () => {
  const { begun } = setUp(HEARD);
  const { promise: lines, reject } = Promise.withResolvers<Map<WorkId, []>>();
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const heldUp = alongside(async () => {
    await new Promise((resume) => setTimeout(resume, 50));
    return HEARD;
  });
  const busy = beginMatch(
    {
      search: { query: () => [] } as unknown as LongWorkSearch,
      sound: { match: async () => FOUND } as unknown as MediumPath,
    },
    { file: FILE, durationMs: 0, hearing: heldUp, ahead: { same: SAME, exclude: [], policy: POLICY } },
  );
  const error = new Error('the work cannot be read');
  lines.catch(() => {});
  busy.sounds(lines);
  reject(error);
  await new Promise((resume) => setTimeout(resume, 100));
  process.off('unhandledRejection', note);
  assert.deepEqual(unhandled, []);
  await assert.rejects(begun.sounds(lines).result, (thrown) => thrown === error);
});

test('who leaves ends the sound at its next sign of progress, and the search', async () => {
  const { asked, begun } = setUp(HEARD);
  begun.onStretch({ startMs: 0, vector: Int8Array.of(1), parts: [] });
  begun.leave();
  for (let i = 0; i < 5; i++) await turn();
  assert.deepEqual(asked, []);
});
