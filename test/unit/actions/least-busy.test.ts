import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leastBusy } from '../../../server/actions/media/least-busy.ts';
import type { ClipReader } from '../../../server/pipeline/decode/video/index.ts';

/** A reader that answers when it is told to. */
function makeReader() {
  const asked: string[] = [];
  const answers: (() => void)[] = [];
  let isClosed = false;
  const reader: ClipReader = {
    async readClips({ path }) {
      asked.push(path);
      await new Promise<void>((resolve) => answers.push(resolve));
      if (path === 'broken') throw new Error('unreadable');
      return [];
    },
    close: () => {
      isClosed = true;
    },
  };
  return { reader, asked, answers, isClosed: () => isClosed };
}

test('what is asked goes to the reader that has least to do, also after a failure', async () => {
  const [a, b] = [makeReader(), makeReader()];
  const both = leastBusy([a.reader, b.reader]);
  const failing = both.readClips({ path: 'broken' }, []);
  const second = both.readClips({ path: 'second' }, []);
  const third = both.readClips({ path: 'third' }, []);
  assert.deepEqual([a.asked, b.asked], [['broken', 'third'], ['second']]);
  a.answers[0]!();
  await assert.rejects(failing, /unreadable/);
  a.answers[1]!();
  await third;
  const fourth = both.readClips({ path: 'fourth' }, []);
  assert.deepEqual(a.asked, ['broken', 'third', 'fourth'], 'the other one is still at work');
  a.answers[2]!();
  b.answers[0]!();
  await Promise.all([second, fourth]);
  both.close();
  assert.ok(a.isClosed() && b.isClosed());
});
