import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import type { DecodeReply, FileTask } from '../../../server/media/video/decode-child.ts';
import { type DecodingLane, sampleInShares } from '../../../server/media/video/sample-in-shares.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../../server/pipeline/decode/video/video-decoder.ts';

type Reply = Exclude<DecodeReply, { kind: 'problem' }>;

const TASK = {
  kind: 'sample',
  path: 'film',
  limits: DEFAULT_VIDEO_LIMITS,
  plan: { perSecond: 1, cuts: true, keyFrameGapMs: 2_100, partMs: 10 },
  device: null,
} as const;
const TIMES = {
  decodeMs: 1,
  scaleMs: 1,
  keyFramesOnly: 1,
  fullGroups: 0,
  quietGroups: 0,
  reachedMs: 0,
  longestStepMs: 0,
};

/** Lanes over samples that stand at these times; `failsAt` is where one fails. */
function makeLanes(timesMs: readonly number[], count: number, failsAt = Number.NaN) {
  const log = { given: Array.from({ length: count }, () => 0), closed: 0, left: 0, ends: [] as FileTask[] };
  const lane = (): DecodingLane => ({
    async *run(task): AsyncGenerator<Reply> {
      try {
        yield* answer(task);
      } finally {
        log.left++;
      }
    },
    close: () => {
      log.closed++;
    },
  });
  async function* answer(task: FileTask): AsyncGenerator<Reply> {
    if (task.kind === 'end') log.ends.push(task);
    if (task.kind === 'sample') {
      const { index } = task.share;
      assert.equal(task.share.of, count);
      for (const timeMs of timesMs) {
        const part = Math.floor(timeMs / 10);
        if (part % count !== index) continue;
        await turn();
        if (timeMs === failsAt) throw new Error('broken here');
        log.given[index]!++;
        // What a process says while it passes over the parts of others.
        yield { kind: 'alive' };
        yield {
          kind: 'sample',
          sample: { timeMs, part, cause: 'clock', width: 1, height: 1, data: Uint8Array.of(0) },
        };
      }
      yield { kind: 'alive' };
      yield { kind: 'done', cpuMs: 1, times: { ...TIMES, reachedMs: 100 - index }, earlyEnd: null };
    } else yield { kind: 'done', cpuMs: 1, earlyEnd: { declaredMs: 500, reachedMs: 100 } };
  }
  return { log, lanes: Array.from({ length: count }, lane) };
}

async function read(lanes: readonly DecodingLane[], most = Number.POSITIVE_INFINITY) {
  const times: number[] = [];
  const others: Reply[] = [];
  for await (const reply of sampleInShares(TASK, lanes)) {
    if (reply.kind === 'sample') times.push(reply.sample.timeMs);
    else others.push(reply);
    if (times.length >= most) break;
  }
  return { times, others };
}

const RISING = Array.from({ length: 60 }, (_, i) => 3 * i);

test('samples come in the order of the film, whichever process they are from', async () => {
  for (const count of [1, 2, 3]) {
    const { lanes, log } = makeLanes(RISING, count);
    const { times, others } = await read(lanes);
    assert.deepEqual(times, RISING);
    const done = others.filter(({ kind }) => kind === 'done');
    assert.equal(done.length, 1);
    assert.deepEqual(done[0], {
      kind: 'done',
      cpuMs: 1,
      earlyEnd: { declaredMs: 500, reachedMs: 100 },
      times: { ...TIMES, decodeMs: count, scaleMs: count, keyFramesOnly: count, reachedMs: 100 },
    });
    assert.equal(log.ends.length, 1, 'where the film ends is asked once, of all that was read');
    assert.equal(log.ends[0]!.kind === 'end' && log.ends[0]!.mark.reachedMs, 100);
    assert.ok(log.ends[0]!.limits.timeoutMs < TASK.limits.timeoutMs, 'one sampling has one time limit');
    assert.equal(log.closed, count);
  }
});

test('parts without a sample, and a share without any', async () => {
  const sparse = [0, 45, 46, 47, 90, 300];
  assert.deepEqual((await read(makeLanes(sparse, 2).lanes)).times, sparse);
  const short = [0, 3, 6];
  assert.deepEqual((await read(makeLanes(short, 2).lanes)).times, short);
});

test('times that leap by thousands of years hold nobody up', { timeout: 5_000 }, async () => {
  for (const leap of [2e13, 2e13 + 10, 2e13 + 20]) {
    const times = [0, 12, 25, leap, leap + 3, leap + 15];
    for (const count of [1, 2, 3]) assert.deepEqual((await read(makeLanes(times, count).lanes)).times, times);
  }
});

test('no frame in any share is a damaged film', async () => {
  const { lanes, log } = makeLanes([], 2);
  await assert.rejects(read(lanes), { code: 'corrupt_media' });
  assert.equal(log.closed, 2);
});

test('what fails fails in its turn, after the samples before it', async () => {
  const { lanes, log } = makeLanes(RISING, 2, 36);
  const times: number[] = [];
  await assert.rejects(async () => {
    for await (const reply of sampleInShares(TASK, lanes))
      if (reply.kind === 'sample') times.push(reply.sample.timeMs);
  }, /broken here/);
  assert.deepEqual(
    times,
    RISING.filter((ms) => ms < 36),
  );
  assert.equal(log.closed, 2);
});

test('a reader that leaves ends all processes; one that is slow holds them back', async () => {
  const { lanes, log } = makeLanes(
    Array.from({ length: 2_000 }, (_, i) => i),
    2,
  );
  await read(lanes, 5);
  assert.equal(log.closed, 2);
  const slow = makeLanes(
    Array.from({ length: 2_000 }, (_, i) => i),
    2,
  );
  const replies = sampleInShares(TASK, slow.lanes);
  await replies.next();
  for (let i = 0; i < 300; i++) await turn();
  assert.ok(
    slow.log.given.every((given) => given > 20 && given < 60),
    slow.log.given.join(' '),
  );
  await replies.return(undefined);
  assert.equal(slow.log.closed, 2);
  for (let i = 0; i < 20; i++) await turn();
  assert.equal(slow.log.left, 2, 'what is read of a process is left, too: it is watched until then');
});
