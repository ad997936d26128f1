import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AudioModel } from '../../../server/inference/audio/open-audio-model.ts';
import { openAudioModel } from '../../../server/inference/audio/open-audio-model.ts';
import { createLevelMeter, windowPixels } from '../../../server/pipeline/fingerprint/audio/index.ts';
import { projectExactly } from '../../../server/pipeline/fingerprint/index.ts';
import { goldenPcm, goldenPixels } from '../../unit/audio/golden.ts';

const FOLDER =
  process.env['COLOPHON_TEST_AUDIO_MODEL'] ??
  join(import.meta.dirname, '../../../models/colophon-audio@1.1.0');
const golden = JSON.parse(readFileSync(join(FOLDER, 'vectors.json'), 'utf8')) as {
  inputs: {
    kind: string;
    seed: number;
    pixels_sha256: string;
    features_sha256: string;
    vector: number[];
    code: string;
  }[];
  sounds: {
    kind: string;
    seed: number;
    frames: number;
    levels_sha256: string;
    window: number;
    pixels_sha256: string;
  }[];
};
const sha = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
let model: AudioModel;

before(async () => {
  model = await openAudioModel(FOLDER);
});
after(() => model.close());

test('samples give the levels and the pixels of the specification, however they are cut', () => {
  for (const sound of golden.sounds) {
    const pcm = goldenPcm(sound.kind, sound.seed);
    for (const piece of [16_000, 777]) {
      const frames: Uint16Array[] = [];
      const meter = createLevelMeter();
      for (let at = 0; at < pcm.length; at += piece) {
        meter.push(pcm.subarray(at, at + piece), (levels) => frames.push(levels));
      }
      assert.equal(frames.length, sound.frames);
      const levels = Buffer.concat(frames.map((frame) => Buffer.from(frame.buffer)));
      assert.equal(sha(levels), sound.levels_sha256, `${sound.kind}, pieces of ${piece}`);
      assert.equal(sha(windowPixels(frames, sound.window)!), sound.pixels_sha256);
    }
  }
});

test('windows give the features, vectors and codes of the training, alone and in company', async () => {
  const windows = golden.inputs.map(({ kind, seed }) => goldenPixels(kind, seed));
  for (const [i, window] of windows.entries()) assert.equal(sha(window), golden.inputs[i]!.pixels_sha256);
  const together = await model.embedder.embed(windows);
  for (const [i, expected] of golden.inputs.entries()) {
    const [alone] = await model.embedder.embed([windows[i]!]);
    assert.equal(sha(alone!), expected.features_sha256, `${expected.kind} ${expected.seed}`);
    assert.deepEqual(together[i], alone);
    const { code, vector } = projectExactly([alone!], model.embedder.head)[0]!;
    assert.deepEqual([...vector], expected.vector);
    assert.equal(code, `0x${expected.code}`);
  }
});

test('an altered file, a missing one and a card of another model are refused', async (t) => {
  const copy = mkdtempSync(join(tmpdir(), 'colophon-audio-model-'));
  t.after(() => rmSync(copy, { recursive: true, force: true }));
  cpSync(FOLDER, copy, { recursive: true });
  const head = readFileSync(join(copy, 'head.bin'));
  head[5] = head[5]! ^ 1;
  writeFileSync(join(copy, 'head.bin'), head);
  await assert.rejects(openAudioModel(copy), { code: 'model_altered' });
  rmSync(join(copy, 'head.bin'));
  await assert.rejects(openAudioModel(copy), { code: 'model_missing' });
  const image = join(import.meta.dirname, '../../../models/colophon-image@1.1.0');
  await assert.rejects(openAudioModel(image), { code: 'model_altered' });
});
