import assert from 'node:assert/strict';
import { test } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import { chooseWorks } from '../../../server/pipeline/match/audio/vote.ts';

const WORKS = 1_000;
const COPIED = 'work_417' as WorkId;

/** Eight seconds of a query in a registry of hours: near windows of other works each time, and some of one copy. */
function ballots(copyEvery: number) {
  const random = makeRandom(3);
  return Array.from({ length: 31 }, (_, i) => ({
    startMs: 256 * i,
    hits: Array.from({ length: 24 }, (_, k) =>
      k === 20 && i % copyEvery === 0
        ? { workId: COPIED, window: 2_000 + Math.round(i / 2), similarity: 0.5 }
        : {
            workId: `work_${random.below(WORKS)}` as WorkId,
            window: random.below(7_000),
            similarity: 0.5 + 0.1 * random.next(),
          },
    ),
  }));
}

test('among thousands of hours the work whose windows follow each other comes first, and few others are loaded', () => {
  const chosen = chooseWorks(ballots(4), 75);
  assert.equal(chosen[0], COPIED);
  assert.ok(chosen.length <= 8, `${chosen.length}`);
});

test('a query of one stretch may load more: what is no better than chance as well', () => {
  const chosen = chooseWorks(ballots(4), 1);
  assert.equal(chosen[0], COPIED);
  assert.equal(chosen.length, 48);
});

test('in a small registry every work with votes is looked at', () => {
  const few = ballots(4).map(({ startMs, hits }) => ({
    startMs,
    hits: hits.map((hit, k) => ({ ...hit, workId: `work_${k % 12}` as WorkId })),
  }));
  assert.equal(chooseWorks(few, 75).length, 12);
});

test('a theme that most works share is no chance', () => {
  const theme = ballots(99).map(({ startMs }, i) => ({
    startMs,
    hits: Array.from({ length: 24 }, (_, k) => ({
      workId: `work_${(24 * i + k) % 60}` as WorkId,
      window: 300 + Math.round(i / 2),
      similarity: 0.95,
    })),
  }));
  assert.equal(chooseWorks(theme, 75).length, 48);
});
