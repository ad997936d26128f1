import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { createSearchAhead } from '../../../server/actions/media/search-ahead.ts';
import type { WorkId } from '../../../server/domain/ids.ts';

/** An index that counts what it is asked for; the first value of a vector is the segment that it finds. */
function countingIndex() {
  const asked: Int8Array[] = [];
  return {
    asked,
    query(vectors: readonly Int8Array[], count: number) {
      assert.ok(vectors.length <= 16, 'others get their turn');
      asked.push(...vectors);
      return vectors.map(([first]) => [{ workId: 'work_a' as WorkId, segment: first!, similarity: count }]);
    },
  };
}

const vectorsFrom = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => Int8Array.of(first + i));

test('what was asked for ahead is searched meanwhile, once, and answered in the order of the query', async () => {
  const index = countingIndex();
  const ahead = createSearchAhead(index, 5);
  const [early, late] = [vectorsFrom(0, 40), vectorsFrom(60, 20)];
  ahead.ask(early);
  ahead.ask(early.slice(30));
  for (let i = 0; i < 10; i++) await turn();
  assert.deepEqual(index.asked, early);
  const mixed = [late[0]!, early[39]!, ...late, early[0]!];
  const found = await ahead.query(mixed);
  assert.deepEqual(
    found.map(([hit]) => hit!.segment),
    mixed.map(([first]) => first),
  );
  assert.equal(found[0]![0]!.similarity, 5);
  assert.deepEqual(index.asked, [...early, ...late]);
});

test('vectors that are equal are two vectors, and what is asked while a search runs is not lost', async () => {
  const index = countingIndex();
  const ahead = createSearchAhead(index, 1);
  const [one, same] = [Int8Array.of(7), Int8Array.of(7)];
  ahead.ask([one]);
  const answer = ahead.query([same, one]);
  ahead.ask(vectorsFrom(1, 3));
  assert.deepEqual(
    (await answer).map(([hit]) => hit!.segment),
    [7, 7],
  );
  assert.deepEqual(index.asked[0], one);
  await ahead.query([]);
  assert.equal(index.asked.length, 5);
});

test('a search that fails is told to who asks for the answer, not to the process', async () => {
  const error = new Error('the index is broken');
  const ahead = createSearchAhead(
    {
      query() {
        throw error;
      },
    },
    1,
  );
  ahead.ask(vectorsFrom(0, 1));
  for (let i = 0; i < 5; i++) await turn();
  await assert.rejects(ahead.query(vectorsFrom(0, 1)), (thrown) => thrown === error);
});
