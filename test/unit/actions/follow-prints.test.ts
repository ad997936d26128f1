import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createPrintFollower } from '../../../server/actions/follow-prints.ts';
import { newId, type WorkId } from '../../../server/domain/ids.ts';
import type { PrintChange } from '../../../server/store/print-store.ts';

/** A print store of changes, and an index that notes what it is told. */
function setUp(delayMs = 0) {
  const changes: PrintChange[] = [];
  const held = new Set<WorkId>();
  let mark = 0;
  let reads = 0;
  const search = {
    get highWaterMark() {
      return mark;
    },
    add: ({ workId, position }: { workId: WorkId; position: number }) => {
      held.add(workId);
      mark = Math.max(mark, position);
    },
    remove: (workId: WorkId, position: number) => {
      held.delete(workId);
      mark = Math.max(mark, position);
    },
  };
  const prints = {
    changesAfter: async (position: number, limit: number) => {
      reads++;
      const found = changes.filter((change) => change.position > position).slice(0, limit);
      await new Promise((resolve) => setTimeout(resolve, delayMs));
      return found;
    },
  };
  const put = (workId: WorkId, position: number, present = true) =>
    changes.push({ workId, position, entry: present ? { workId, position, vectors: [] } : null });
  const damaged: WorkId[] = [];
  const spoil = (workId: WorkId, position: number) =>
    changes.push({ workId, position, entry: null, damage: new Error('cut off') });
  const follower = createPrintFollower({ prints, search, model: { digest: '0x' } } as never, (workId) =>
    damaged.push(workId),
  );
  return { follower, put, spoil, held, damaged, reads: () => reads };
}

test('it adds and removes what changed, page after page', async () => {
  const { follower, put, held } = setUp();
  const ids = Array.from({ length: 1203 }, () => newId('work'));
  for (const [i, id] of ids.entries()) put(id, i + 1);
  await follower.catchUp();
  assert.equal(held.size, 1203);
  put(ids[0]!, 1204, false);
  await follower.catchUp();
  assert.equal(held.size, 1202);
});

test('a change committed during a pass is seen by whoever asks after it', async () => {
  const { follower, put, held } = setUp(20);
  const [a, b] = [newId('work'), newId('work')];
  put(a, 1);
  const first = follower.catchUp();
  put(b, 2); // after the first pass has read
  await follower.catchUp();
  assert.ok(held.has(b));
  await first;
});

test('many who ask at once share one pass', async () => {
  const { follower, put, reads } = setUp(10);
  put(newId('work'), 1);
  await Promise.all(Array.from({ length: 50 }, () => follower.catchUp()));
  assert.ok(reads() <= 3, `${reads()} passes`);
});

test('a print that cannot be read is told of once and stands in no way', async () => {
  const { follower, put, spoil, held, damaged } = setUp();
  const [a, b, c] = [newId('work'), newId('work'), newId('work')];
  put(a, 1);
  spoil(b, 2);
  put(c, 3);
  await follower.catchUp();
  await follower.catchUp();
  assert.deepEqual([[...held], damaged], [[a, c], [b]]);
});

test('a pass that fails is told, and the next one works', async () => {
  const { follower, put, held } = setUp();
  const broken = createPrintFollower(
    {
      prints: { changesAfter: async () => Promise.reject(new Error('gone')) },
      search: { highWaterMark: 0 },
      model: { digest: '0x' },
    } as never,
    () => undefined,
  );
  await assert.rejects(broken.catchUp(), /gone/);
  await assert.rejects(broken.catchUp(), /gone/);
  put(newId('work'), 1);
  await follower.catchUp();
  assert.equal(held.size, 1);
});
