import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { SoundQuery, SoundSearch } from '../../../server/pipeline/match/audio/index.ts';
import { matchAudio } from '../../../server/pipeline/match/audio/index.ts';
import { asked, makeSound, track } from './made-sounds.ts';

const A = 'work_a' as WorkId;
const B = 'work_b' as WorkId;

const sounds = { a: makeSound(1), b: makeSound(2), stranger: makeSound(3) };
const tracks = new Map([
  [A, track(sounds.a, 60_000)],
  [B, track(sounds.b, 60_000)],
]);
const search: SoundSearch = {
  query: (vectors, count) =>
    vectors.map((vector) =>
      [...tracks]
        .flatMap(([workId, { windows }]) =>
          windows.map(({ vector: other }, window) => {
            const similarity = vector.reduce((sum, value, d) => sum + value * other[d]!, 0) / (512 * 512);
            return { workId, window, similarity };
          }),
        )
        .sort((x, y) => y.similarity - x.similarity)
        .slice(0, count),
    ),
};
const works = {
  loadTracks: async (ids: readonly WorkId[]) =>
    new Map(ids.filter((id) => tracks.has(id)).map((id) => [id, tracks.get(id)!])),
};

test('an excerpt is found at its place, to 20 ms', async () => {
  const [found, ...rest] = await matchAudio(asked(sounds.b, 5000, 1, 17_333), { search, works });
  assert.deepEqual(rest, []);
  assert.equal(found!.workId, B);
  const [segment] = found!.segments;
  assert.equal(found!.segments.length, 1);
  assert.ok(segment!.isExact);
  assert.deepEqual(segment!.query, { startMs: 0, endMs: 5000 });
  assert.ok(Math.abs(segment!.work.startMs - 17_333) <= 20, JSON.stringify(segment));
  assert.ok(Math.abs(segment!.speed - 1) < 0.01);
});

test('a faster copy is found with its speed', async () => {
  const [found] = await matchAudio(asked(sounds.a, 8000, 1.08, 9_100), { search, works });
  assert.equal(found!.workId, A);
  const [segment] = found!.segments;
  assert.ok(Math.abs(segment!.speed - 1.08) < 0.01, String(segment!.speed));
  const middle = segment!.work.startMs + segment!.speed * (4000 - segment!.query.startMs);
  assert.ok(Math.abs(middle - (1.08 * 4000 + 9_100)) <= 30, String(middle));
});

test('two excerpts one after the other are two stretches', async () => {
  const first = asked(sounds.a, 10_240, 1, 5_000);
  const second = asked(sounds.b, 10_240, 1, 30_000);
  const joined: SoundQuery = {
    durationMs: 20_480,
    fine: [
      ...first.fine,
      ...second.fine.map(({ startMs, vector }) => ({ startMs: startMs + 10_240, vector })),
    ],
    sketch: Uint8Array.from([...first.sketch, ...second.sketch]),
  };
  const found = await matchAudio(joined, { search, works });
  const byWork = new Map(found.map(({ workId, segments }) => [workId, segments]));
  assert.equal(byWork.get(A)?.length, 1);
  assert.equal(byWork.get(B)?.length, 1);
  const a = byWork.get(A)![0]!;
  const b = byWork.get(B)![0]!;
  assert.ok(Math.abs(a.query.endMs - 10_240) < 600, JSON.stringify(a));
  assert.ok(Math.abs(b.query.startMs - 10_240) < 600, JSON.stringify(b));
  assert.ok(Math.abs(b.work.startMs - b.query.startMs - 19_760) < 30);
});

test('a long copy is one stretch, all of it', async () => {
  const [found] = await matchAudio(asked(sounds.a, 60_000, 1, 0), { search, works });
  assert.deepEqual(
    found!.segments.map(({ query }) => query),
    [{ startMs: 0, endMs: 60_000 }],
  );
  assert.ok(found!.segments[0]!.evidence.support > 100);
});

test('a stranger, silence and an excluded work are not found', async () => {
  const stranger = await matchAudio(asked(sounds.stranger, 5000, 1, 3_000), { search, works });
  assert.deepEqual(stranger, []);
  assert.deepEqual(
    await matchAudio({ durationMs: 0, fine: [], sketch: new Uint8Array() }, { search, works }),
    [],
  );
  const excluded = await matchAudio(asked(sounds.b, 5000, 1, 17_333), { search, works }, { exclude: [B] });
  assert.deepEqual(excluded, []);
});

test('a line that can come to nothing is dropped by what its windows say', async () => {
  const said: number[] = [];
  const options = {
    isWorthSetting: ({ support }: { support: number }) => said.push(support) > 0 && support > 30,
  };
  assert.deepEqual(await matchAudio(asked(sounds.b, 5000, 1, 17_333), { search, works }, options), []);
  assert.ok(said.length > 0 && Math.max(...said) > 5, said.join(' '));
  const [found] = await matchAudio(asked(sounds.b, 30_000, 1, 17_333), { search, works }, options);
  assert.equal(found?.workId, B);
});

test('works that only a stretch of the query is near by chance do not stay in memory for long', async () => {
  const loads: WorkId[] = [];
  const counted = {
    loadTracks: async (ids: readonly WorkId[]) => {
      loads.push(...ids);
      return new Map(ids.map((id) => [id, tracks.get(A)!]));
    },
  };
  const others = Array.from({ length: 20 }, (_, i) => `work_${i}` as WorkId);
  const query = asked(sounds.stranger, 33_000, 1, 3_000);
  // A is near the first and the last quarter, B the first and the third; the others the second.
  const worksOfQuarter = [[A, B], others, [B], [A]];
  const byChance: SoundSearch = {
    query: (vectors) =>
      vectors.map((_, i) => {
        const near = worksOfQuarter[Math.floor((4 * i) / vectors.length)]!;
        return near.map((workId) => ({ workId, window: (37 * i) % 100, similarity: 0.4 }));
      }),
  };
  const options = { isWorthSetting: () => false };
  assert.deepEqual(await matchAudio(query, { search: byChance, works: counted }, options), []);
  assert.deepEqual(
    loads.filter((id) => !others.includes(id)),
    [A, B, A],
  );
});
