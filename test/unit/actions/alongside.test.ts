import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { alongside, hear } from '../../../server/actions/media/film-sound.ts';
import type { MediaFile, MediumPath } from '../../../server/actions/media/medium-path.ts';
import { InputError } from '../../../server/errors.ts';

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
