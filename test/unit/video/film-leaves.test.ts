import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LeafPrint } from '../../../server/domain/fingerprint.ts';
import { isSoundLocator, packLocator, unpackLocator } from '../../../server/domain/records/index.ts';
import { filmLeaves, pictureLeaves } from '../../../server/pipeline/fingerprint/video/index.ts';

const digest = (byte: number) => `0x${byte.toString(16).padStart(2, '0').repeat(32)}` as const;

function print(medium: 'video' | 'audio', spans: number): LeafPrint {
  const base = medium === 'video' ? 10 : 50;
  const leaves = Array.from({ length: spans + 1 }, (_, index) => ({
    locator: packLocator(
      index === 0
        ? { kind: 'whole', index }
        : { kind: 'span', index, startMs: 512 * (index - 1), endMs: 512 * (index + 1) },
    ),
    code: digest(base + index),
    vectorDigest: digest(base + 20 + index),
    vector: null,
  }));
  return { medium, modelDigest: digest(base), lowInformation: false, leaves };
}

test('the windows of the sound follow the pictures, numbered on, and say that they are sound', () => {
  const [pictures, sound] = [print('video', 2), print('audio', 3)];
  const film = filmLeaves(pictures, sound);
  assert.deepEqual(film.leaves.slice(0, 3), pictures.leaves);
  assert.deepEqual(film.sound, { modelDigest: sound.modelDigest, firstLeaf: 3 });
  assert.deepEqual(
    film.leaves.slice(3).map(({ locator, code }) => [unpackLocator(locator), code]),
    [1, 2, 3].map((i) => [
      { kind: 'soundSpan', index: i + 2, startMs: 512 * (i - 1), endMs: 512 * (i + 1) },
      sound.leaves[i]!.code,
    ]),
  );
  assert.deepEqual(
    film.leaves.map(({ locator }) => isSoundLocator(locator)),
    [false, false, false, true, true, true],
  );
  assert.deepEqual(pictureLeaves(film), pictures.leaves);
  assert.equal(film.modelDigest, pictures.modelDigest);
});

test('without sound, or with nothing but silence, a film is its pictures', () => {
  const pictures = print('video', 2);
  assert.equal(filmLeaves(pictures, null), pictures);
  assert.equal(filmLeaves(pictures, print('audio', 0)), pictures);
  assert.equal(pictureLeaves(pictures), pictures.leaves);
});
