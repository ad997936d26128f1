import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { alongside, hear } from '../../../server/actions/media/film-sound.ts';
import type { AskedAhead, MediaFile, MediumPath } from '../../../server/actions/media/medium-path.ts';
import { createVideoPath, type VideoPathDeps } from '../../../server/actions/media/video-path.ts';
import { InputError } from '../../../server/errors.ts';
import type { SamplingPlan } from '../../../server/pipeline/decode/video/index.ts';

const FILE = { path: '/nowhere', sizeBytes: 1 } as MediaFile;

/** A path of sound that tells of its progress for ever, or fails. */
function soundPath(error?: Error) {
  const state = { steps: 0, hasEnded: false };
  const path = {
    async fingerprint(_: MediaFile, report: (share: number) => void) {
      try {
        for (; state.steps < 1000; state.steps++) {
          await turn();
          if (error) throw error;
          report(state.steps / 1000);
        }
      } finally {
        state.hasEnded = true;
      }
    },
  } as unknown as MediumPath;
  return { path, state };
}

test('the sound of a film whose pictures fail is left at the next sign of progress', async () => {
  const { path, state } = soundPath();
  const hearing = alongside((report) => hear(path, FILE, report));
  while (state.steps < 5) await turn();
  assert.ok(hearing.share() > 0);
  hearing.leave();
  await assert.rejects(hearing.result, { code: 'internal' });
  assert.ok(state.hasEnded && state.steps < 50, `${state.steps}`);
});

test('sound that cannot be decoded is no sound; sound beyond a limit is a problem', async () => {
  const broken = soundPath(new InputError('corrupt_media', 'noise')).path;
  assert.equal(await hear(broken, FILE, () => undefined), null);
  const limit = new InputError('media_too_large', 'too long', { extra: { reason: 'limit' } });
  await assert.rejects(
    hear(soundPath(limit).path, FILE, () => undefined),
    { code: 'media_too_large' },
  );
});

test('the pictures of a film whose sound fails are left at the next frame', { timeout: 60_000 }, async () => {
  const LONG = 10_000;
  let frames = 0;
  const raster = { width: 4, height: 4, data: new Uint8Array(48) };
  const decoder = {
    probe: async () => ({ durationMs: LONG, frameRate: 1, hasAudio: true }),
    async *sample() {
      for (; frames < LONG; frames++) {
        await turn();
        yield { timeMs: frames, cause: 'clock', raster };
      }
    },
  };
  const error = new InputError('corrupt_media', 'too slow', { extra: { reason: 'limit' } });
  const { path: sound } = soundPath(error);
  const deps = {
    decoder,
    limits: { maxDurationMs: LONG },
    embedder: {},
    sound: Object.assign(sound, { policy: {} }),
  };
  const videos = createVideoPath(deps as unknown as VideoPathDeps);
  await assert.rejects(
    videos.fingerprint(FILE, () => undefined),
    (thrown) => thrown === error,
  );
  assert.ok(frames < 100, `${frames} frames were looked at`);
});

test('a check of a long film may pass over what is quiet, a registration and a check of a short one may not', async () => {
  const plans: SamplingPlan[] = [];
  const fingerprint = async (durationMs: number, ahead?: AskedAhead) => {
    const decoder = {
      probe: async () => ({ durationMs, frameRate: 25, hasAudio: false }),
      sample(_: unknown, plan: SamplingPlan) {
        plans.push(plan);
        throw new InputError('corrupt_media', 'nothing in it');
      },
    };
    const path = createVideoPath({ decoder, limits: {}, embedder: {} } as unknown as VideoPathDeps);
    await assert.rejects(path.fingerprint({ ...FILE }, () => undefined, ahead));
  };
  const asked = { same: null, exclude: [], policy: {} } as unknown as AskedAhead;
  await fingerprint(600_000, asked);
  await fingerprint(600_000);
  await fingerprint(290_000, asked);
  assert.deepEqual(
    plans.map(({ quiet }) => quiet !== undefined),
    [true, false, false],
  );
});
