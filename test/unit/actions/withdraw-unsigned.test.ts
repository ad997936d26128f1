import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withdrawUnsigned } from '../../../server/actions/unsigned-works.ts';
import { newId } from '../../../server/domain/ids.ts';
import type { Medium } from '../../../server/domain/media.ts';

test('prints are removed store by store, whatever the order of the works: two who withdraw do not lock each other out', async () => {
  const order: readonly Medium[] = ['image', 'video', 'audio', 'text'];
  const works = (['text', 'image', 'audio', 'image', 'video'] as const).map((medium) => ({
    id: newId('work'),
    medium,
  }));
  const removed: [Medium, string][] = [];
  const all = order.map((medium) => ({
    medium,
    removePrint: async (_sql: unknown, id: string) => void removed.push([medium, id]),
  }));
  const deps = { works: { withdrawUnsigned: async () => works }, media: { all } };
  assert.equal(await withdrawUnsigned(deps as never, {} as never, [], 'too late'), 5);
  assert.deepEqual(
    removed,
    order.flatMap((medium) =>
      works.filter((work) => work.medium === medium).map(({ id }) => [medium, id] as [Medium, string]),
    ),
  );
});
