/** Passes over a whole file that yield nothing themselves say that they go on: silence counts as a hang. */
import assert from 'node:assert/strict';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { FileTask } from '../../../server/media/video/decode-child.ts';
import { DEFAULT_AUDIO_LIMITS } from '../../../server/pipeline/decode/audio/index.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';
import { FILMS } from './odd-films.ts';
import { SOUNDS } from './odd-sounds.ts';
import type { Row } from './send-rows.ts';

const MEDIA = resolve(import.meta.dirname, '../../../server/media');
const folder = makeFolder();

before(() => Log.setLevel(AV_LOG_QUIET));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Kinds of what a decoding process says to a task, each once where several follow each other. */
async function repliesTo(child: string, task: object): Promise<string[]> {
  const process = fork(join(MEDIA, child), [], {
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
  });
  const kinds: string[] = [];
  process.on('message', ({ kind }: { readonly kind: string }) => {
    if (kinds.at(-1) !== kind) kinds.push(kind);
    if (kind.startsWith('sample')) process.send('read');
    if (kind === 'done' || kind === 'problem') process.kill('SIGKILL');
  });
  process.send(task);
  await once(process, 'exit');
  return kinds;
}

async function written(rows: readonly Row[]): Promise<string> {
  const row = rows.find(({ what }) => what === 'a recording whose length was never written')!;
  const path = join(folder, row.name);
  writeFileSync(path, await row.make());
  return path;
}

test('measuring a film of unknown length', async () => {
  const task = { kind: 'probe', path: await written(FILMS), limits: DEFAULT_VIDEO_LIMITS };
  assert.deepEqual(await repliesTo('video/decode-child.ts', task), ['alive', 'info', 'done']);
});

test('measuring a sound of unknown length', async () => {
  const task = { kind: 'probe', path: await written(SOUNDS), limits: DEFAULT_AUDIO_LIMITS };
  assert.deepEqual(await repliesTo('audio/decode-sound-child.ts', task), ['alive', 'info', 'done']);
});

test('looking whether another track of a film goes on', async () => {
  const path = join(folder, 'whole.mkv');
  writeClip(path, { frames: 250, width: 64, height: 36 }, (i, w, h) => drawScene(3, i / 25, w, h));
  const bytes = readFileSync(path);
  const half = join(folder, 'half.mkv');
  writeFileSync(half, bytes.subarray(0, bytes.length >> 1));
  const plan = { perSecond: 1, cuts: true, keyFrameGapMs: 2_100 };
  const task = {
    kind: 'sample',
    path: half,
    plan,
    share: { index: 0, of: 1 },
    device: null,
    limits: DEFAULT_VIDEO_LIMITS,
  } satisfies FileTask;
  assert.deepEqual(await repliesTo('video/decode-child.ts', task), ['sample', 'alive', 'done']);
  // One that has no part of the film itself reads on through those of the others.
  const idle = { ...task, path, share: { index: 1, of: 2 } } satisfies FileTask;
  assert.deepEqual(await repliesTo('video/decode-child.ts', idle), ['alive', 'done']);
});
