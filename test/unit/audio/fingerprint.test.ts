import assert from 'node:assert/strict';
import { test } from 'node:test';
import { unpackLocator } from '../../../server/domain/records/segment.ts';
import type { AudioEmbedder } from '../../../server/pipeline/fingerprint/audio/index.ts';
import {
  AUDIO_FEATURES,
  audioFingerprintRoot,
  audioSegments,
  decodeAudioPrint,
  encodeAudioPrint,
  fingerprintAudio,
  readAudioHead,
  windowsWithin,
} from '../../../server/pipeline/fingerprint/audio/index.ts';
import { projectExactly } from '../../../server/pipeline/fingerprint/index.ts';
import { goldenPcm } from './golden.ts';

const HEAD = readAudioHead(
  Uint8Array.from({ length: 256 * AUDIO_FEATURES + 2048 }, (_, i) =>
    i < 256 * AUDIO_FEATURES ? (Math.imul(i, 2654435761) >>> 13) & 0xff : 0,
  ),
);
let embedded = 0;
const EMBEDDER: AudioEmbedder = {
  modelDigest: `0x${'ab'.repeat(32)}`,
  head: HEAD,
  embed: async (windows) => {
    embedded += windows.length;
    return windows.map((pixels) => pixels.subarray(0, AUDIO_FEATURES));
  },
};

async function* pieces(pcm: Int16Array, size: number): AsyncGenerator<Int16Array> {
  for (let at = 0; at < pcm.length; at += size) yield pcm.subarray(at, at + size);
}

/** Two seconds of noise, three of silence, two of another noise. */
function noisy(): Int16Array {
  const out = new Int16Array(7 * 8000);
  out.set(goldenPcm('noise', 5), 0);
  out.set(goldenPcm('noise', 6), 5 * 8000);
  return out;
}

test('windows every 512 ms, silence left out, however the samples come', async () => {
  const { print, fine } = await fingerprintAudio(pieces(noisy(), 1000), EMBEDDER);
  assert.equal(print.durationMs, 7000);
  assert.deepEqual(
    print.windows.map(({ startMs }) => startMs),
    [0, 512, 1024, 1536, 4096, 4608, 5120, 5632],
  );
  assert.equal(print.windows[0]!.endMs, 1072);
  assert.equal(print.sketch.length, 8 * Math.floor((Math.floor((56_000 - 512) / 128) + 1) / 2));
  assert.deepEqual(fine, []);
  const other = await fingerprintAudio(pieces(noisy(), 33_333), EMBEDDER);
  assert.deepEqual(other.print, print);
});

test('a query has the same windows and three more between them', async () => {
  const registered = (await fingerprintAudio(pieces(noisy(), 8000), EMBEDDER)).print;
  const { print, fine } = await fingerprintAudio(pieces(noisy(), 8000), EMBEDDER, { fine: true });
  assert.deepEqual(print, registered);
  assert.deepEqual(
    fine.slice(0, 5).map(({ startMs }) => startMs),
    [0, 128, 256, 384, 512],
  );
  assert.deepEqual(fine[4]!.vector, print.windows[1]!.vector);
});

test('sound shorter than a window has one; silence has none and is not embedded', async () => {
  const short = await fingerprintAudio(pieces(goldenPcm('noise', 5).subarray(0, 3000), 500), EMBEDDER);
  assert.equal(short.print.windows.length, 1);
  assert.equal(short.print.durationMs, 375);
  embedded = 0;
  const { print } = await fingerprintAudio(pieces(new Int16Array(40_000), 8000), EMBEDDER);
  assert.equal(embedded, 0);
  assert.equal(print.lowInformation, true);
  assert.equal(print.whole, null);
  assert.equal(audioSegments(print).length, 1);
});

test('leaves: the whole, then time spans; the root commits to all of them', async () => {
  const { print } = await fingerprintAudio(pieces(noisy(), 8000), EMBEDDER);
  const leaves = audioSegments(print);
  assert.equal(leaves.length, 9);
  assert.deepEqual(unpackLocator(leaves[0]!.locator), { kind: 'whole', index: 0 });
  assert.deepEqual(unpackLocator(leaves[5]!.locator), { kind: 'span', index: 5, startMs: 4096, endMs: 5168 });
  assert.deepEqual(windowsWithin(print, 1600, 4500), [3, 4, 5]);
  const windows = print.windows.with(3, { ...print.windows[3]!, startMs: 1537 });
  assert.notEqual(audioFingerprintRoot({ ...print, windows }), audioFingerprintRoot(print));
});

test('the stored form keeps everything, and is refused when damaged', async () => {
  const { print } = await fingerprintAudio(pieces(noisy(), 8000), EMBEDDER);
  const bytes = encodeAudioPrint(print);
  assert.deepEqual(decodeAudioPrint(bytes), print);
  const empty = (await fingerprintAudio(pieces(new Int16Array(40_000), 8000), EMBEDDER)).print;
  assert.deepEqual(decodeAudioPrint(encodeAudioPrint(empty)), empty);
  for (const damaged of [bytes.subarray(1), bytes.subarray(0, -1), bytes.with(0, 0), bytes.with(45, 7)]) {
    assert.throws(() => decodeAudioPrint(damaged), { code: 'invalid_bundle' });
  }
  const swapped = bytes.slice();
  const first = 50 + 288;
  swapped.set(bytes.subarray(first + 296, first + 592), first);
  assert.throws(() => decodeAudioPrint(swapped), { code: 'invalid_bundle' });
});

test('a head of another length is no head; the projection adds every feature and the bias', () => {
  assert.throws(() => readAudioHead(new Uint8Array(10)), { code: 'model_altered' });
  const features = new Uint8Array(AUDIO_FEATURES);
  features[3] = 7;
  const head = { ...HEAD, bias: new Int32Array(256).fill(-10), codeThreshold: new Int32Array(256) };
  const { vector, code } = projectExactly([features], head)[0]!;
  const projected = Array.from({ length: 256 }, (_, d) => 7 * HEAD.weights[d * AUDIO_FEATURES + 3]! - 10);
  const norm = Math.hypot(...projected);
  for (const d of [0, 1, 100, 255]) {
    assert.ok(Math.abs(vector[d]! - Math.max(-127, Math.min(127, (512 * projected[d]!) / norm))) <= 0.5);
    const byte = Number.parseInt(code.slice(2 + 2 * (d >> 3), 4 + 2 * (d >> 3)), 16);
    assert.equal((byte >> (7 - (d & 7))) & 1, projected[d]! > 0 ? 1 : 0);
  }
});
