import assert from 'node:assert/strict';
import { test } from 'node:test';
import { queryInTurns } from '../../../server/actions/media/query-in-turns.ts';
import type { WorkId } from '../../../server/domain/ids.ts';

test('many vectors are answered in their order, and others get their turn meanwhile', async () => {
  const asked: number[] = [];
  const search = {
    query(vectors: readonly Int8Array[], count: number) {
      asked.push(vectors.length);
      return vectors.map(([first]) => [{ workId: 'work_a' as WorkId, segment: first!, similarity: count }]);
    },
  };
  const vectors = Array.from({ length: 100 }, (_, i) => Int8Array.of(i));
  let turns = 0;
  const other = () => {
    turns++;
    if (turns < 3) setImmediate(other);
  };
  setImmediate(other);
  const found = await queryInTurns(search, vectors, 5);
  assert.deepEqual(
    found.map(([hit]) => hit?.segment),
    vectors.map(([first]) => first),
  );
  assert.equal(found[0]![0]!.similarity, 5);
  assert.ok(asked.every((count) => count <= 32));
  assert.equal(turns, 3, 'three turns of others came between');
});
