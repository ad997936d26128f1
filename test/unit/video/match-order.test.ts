import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import { matchVideo, type Track } from '../../../server/pipeline/match/video/index.ts';
import { loadOnce } from '../../../server/pipeline/match/video/load-once.ts';

/** A film of so many seconds; a look is a vector of its own. */
function film(seconds: number, looks: (second: number) => number): Track {
  const spans = Array.from({ length: seconds }, (_, second) => {
    const random = makeRandom(looks(second));
    const vector = Int8Array.from({ length: 256 }, () => random.below(120) - 60);
    return { startMs: 1000 * second, endMs: 1000 * second + 1000, vector };
  });
  return { durationMs: 1000 * seconds, spans };
}

const idOf = (i: number) => `work_${i}` as WorkId;

test('what is plainly a copy is read before all other works were looked for; each is loaded once', async () => {
  // Twenty seconds of each of five works.
  const works = Array.from({ length: 5 }, (_, i) => film(600, (second) => 10_000 * i + second));
  const query = film(200, (second) =>
    second < 100 ? 10_000 * Math.floor(second / 20) + 100 + second : -1 - second,
  );
  const log: string[] = [];
  const search = {
    query: (vectors: readonly Int8Array[]) =>
      vectors.map((_, row) =>
        row < 100 ? [{ workId: idOf(Math.floor(row / 20)), span: 100 + row, similarity: 1 }] : [],
      ),
  };
  const found = await matchVideo(
    { track: query, parts: [], frames: { readClips: async () => [{ width: 8, height: 8, frames: [] }] } },
    {
      search,
      works: {
        async loadTracks(ids) {
          log.push(`load ${ids[0]}`);
          return new Map(ids.map((id) => [id, works[Number(id.slice(5))]!]));
        },
        async openFrames(id) {
          log.push(`open ${id}`);
          return { readClips: async () => [{ width: 8, height: 8, frames: [] }] };
        },
      },
    },
  );
  assert.deepEqual(found, [], 'no frames, no copy');
  assert.ok(log.indexOf('open work_0') < log.indexOf('load work_4'), log.join(', '));
  assert.ok(log.indexOf('open work_2') > log.indexOf('load work_4'), 'two at a time');
  assert.deepEqual(
    log.filter((line) => line.startsWith('load')).toSorted(),
    works.map((_, i) => `load work_${i}`),
  );
  assert.equal(log.filter((line) => line.startsWith('open')).length, works.length);
});

test('works are held up to 80,000 stretches, until they are forgotten', async () => {
  const asked: string[] = [];
  const track = (spans: number) =>
    ({ durationMs: 1000 * spans, spans: { length: spans } }) as unknown as Track;
  const lengths: Record<string, number> = { a: 50_000, b: 40_000, c: 20_000 };
  const { load, forget } = loadOnce({
    async loadTracks([id]) {
      asked.push(id!);
      return new Map(id! in lengths ? [[id!, track(lengths[id!]!)]] : []);
    },
  });
  const all = async () => {
    for (const id of ['a', 'b', 'c', 'none']) await load(id as WorkId);
    return asked.splice(0).join(' ');
  };
  assert.equal(await all(), 'a b c none');
  assert.equal(await all(), 'b none', 'b does not fit beside a');
  forget('a' as WorkId);
  forget('a' as WorkId);
  assert.equal(await all(), 'a b none');
  forget('c' as WorkId);
  forget('a' as WorkId);
  await load('b' as WorkId);
  asked.splice(0);
  assert.equal(await all(), 'a c none', 'a does not fit beside b');
});
