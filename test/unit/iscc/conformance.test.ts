import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { IsccUnitType } from '../../../server/domain/iscc.ts';
import { audioCode } from '../../../server/pipeline/fingerprint/iscc/audio-code.ts';
import { decodeIscc, encodeComposite, encodeUnit } from '../../../server/pipeline/fingerprint/iscc/codec.ts';
import { createDataHasher } from '../../../server/pipeline/fingerprint/iscc/data-code.ts';
import { imageCode } from '../../../server/pipeline/fingerprint/iscc/image-code.ts';
import {
  type ByteHasher,
  createInstanceHasher,
} from '../../../server/pipeline/fingerprint/iscc/instance-code.ts';
import { metaCode } from '../../../server/pipeline/fingerprint/iscc/meta-code.ts';
import { textCode } from '../../../server/pipeline/fingerprint/iscc/text-code.ts';
import { createVideoHasher } from '../../../server/pipeline/fingerprint/iscc/video-code.ts';

const FIXTURE = new URL('../../fixtures/iscc/conformance.json', import.meta.url);
type Vector = { readonly iscc: string; readonly bits: number } & Readonly<Record<string, unknown>>;
const vectors = JSON.parse(readFileSync(FIXTURE, 'utf8')) as Readonly<Record<string, readonly Vector[]>>;

/** Checks every vector of a kind of unit; a kind without vectors would prove nothing. */
async function checkUnits(type: IsccUnitType, compute: (vector: Vector) => Promise<Uint8Array> | Uint8Array) {
  assert.ok(vectors[type]!.length >= 3);
  for (const vector of vectors[type]!) {
    assert.equal(encodeUnit({ type, body: await compute(vector) }, vector.bits), vector.iscc);
  }
}

/** Bytes in pieces of a length that fits no chunk. */
function hashInPieces(hasher: ByteHasher, bytes: Uint8Array, piece: number): Uint8Array {
  for (let at = 0; at < bytes.length; at += piece) hasher.push(bytes.subarray(at, at + piece));
  return hasher.finish();
}

function bytesOf({ bytes }: Vector): Uint8Array {
  const rule = bytes as string;
  if (!rule.startsWith('1…2048')) return Buffer.from(rule, 'hex');
  return new Uint8Array(Uint32Array.from({ length: 2048 }, (_, i) => i + 1).buffer);
}

function framesOf({ frames }: Vector): number[][] {
  const frame = (value: (i: number) => number) => Array.from({ length: 380 }, (_, i) => value(i));
  if (frames === 'one of zeros') return [frame(() => 0)];
  if (frames === 'one that counts from 0') return [frame((i) => i)];
  return [
    [0, 1, 0, 2, 1],
    [1, 2, 1, 0, 2],
  ].map((part) => frame((i) => part[i % 5]!));
}

test('Meta-Codes are those of the standard', async () => {
  await checkUnits('meta', ({ title, description }) => metaCode(title as string, description as string)!);
});

test('Text-Codes are those of the standard', async () => {
  await checkUnits('text', ({ text }) => textCode(text as string));
});

test('Image-Codes are those of the standard', async () => {
  await checkUnits('image', ({ pixels, fill }) =>
    imageCode(typeof pixels === 'string' ? Buffer.from(pixels, 'hex') : new Array(1024).fill(fill)),
  );
});

test('Audio-Codes are those of the standard, whether Chromaprint is given signed or not', async () => {
  await checkUnits('audio', ({ chromaprint }) => audioCode(chromaprint as number[]));
  await checkUnits('audio', ({ chromaprint }) => audioCode((chromaprint as number[]).map((it) => it >>> 0)));
});

test('Video-Codes are those of the standard, and a frame that comes again counts once', async () => {
  await checkUnits('video', (vector) => {
    const hasher = createVideoHasher();
    for (const frame of [...framesOf(vector), framesOf(vector)[0]!]) hasher.push(frame);
    return hasher.finish()!;
  });
});

test('Data-Codes and Instance-Codes are those of the standard, however the bytes come', async () => {
  for (const piece of [1, 700, 4096, 1 << 20]) {
    await checkUnits('data', (vector) => hashInPieces(createDataHasher(), bytesOf(vector), piece));
    await checkUnits('instance', (vector) => hashInPieces(createInstanceHasher(), bytesOf(vector), piece));
  }
});

test('ISCC-CODEs are those of the standard', () => {
  assert.equal(vectors['composite']!.length, 5);
  for (const { units, iscc } of vectors['composite']!) {
    const parts = (units as string[]).flatMap(decodeIscc);
    assert.equal(encodeComposite(parts), iscc);
    const again = decodeIscc(iscc);
    assert.equal(encodeComposite(again), iscc);
    assert.equal(again.length, parts.length);
  }
});
