import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import { WHOLE } from '../../../server/domain/media.ts';
import { unpackLocator } from '../../../server/domain/records/segment.ts';
import {
  computeModelDigest,
  decodePrint,
  encodePrint,
  fingerprintRoot,
  gridWindows,
  printSegments,
} from '../../../server/pipeline/fingerprint/index.ts';

/** A print's JSON, to be damaged. */
interface Loose {
  [key: string]: unknown;
  segments: Record<string, unknown>[];
  local: Record<string, unknown>;
  sketch: Record<string, unknown>;
}

const digest = (byte: string) => `0x${byte.repeat(32)}` as const;

function samplePrint(): Print {
  const vector = (seed: number) => Int8Array.from({ length: 256 }, (_, i) => ((i * seed) % 255) - 127);
  return {
    medium: 'image',
    modelDigest: digest('ab'),
    lowInformation: false,
    segments: [WHOLE, ...gridWindows(0.6, 2, 2)].map((box, i) => ({
      box,
      code: digest(`0${i}`),
      vector: vector(i + 3),
    })),
    sketch: { side: 3, luma: Uint8Array.from({ length: 9 }, (_, i) => i * 31) },
    local: {
      columns: 2,
      rows: 2,
      dimensions: 3,
      data: Int8Array.from({ length: 12 }, (_, i) => i * 20 - 128),
    },
  };
}

test('a print survives its canonical text, and equal prints give equal text', () => {
  const print = samplePrint();
  const text = encodePrint(print);
  assert.deepEqual(decodePrint(text), print);
  assert.equal(encodePrint(decodePrint(text)), text);
});

test('a print without segments survives too', () => {
  const { sketch: _, ...rest } = samplePrint();
  const blank: Print = { ...rest, lowInformation: true, segments: [], local: null };
  assert.deepEqual(decodePrint(encodePrint(blank)), blank);
});

test('damaged texts are refused with a typed problem', () => {
  const text = encodePrint(samplePrint());
  const change = (edit: (value: Loose) => void) => {
    const value = JSON.parse(text);
    edit(value);
    return JSON.stringify(value);
  };
  const bad = [
    '',
    '[]',
    'null',
    text.slice(0, -5),
    text.replace('colophon-print/1', 'colophon-print/9'),
    change((v) => (v.medium = 'smell')),
    change((v) => (v.modelDigest = '0x12')),
    change((v) => (v.lowInformation = 'no')),
    change((v) => (v.segments[0]!.box = [0, 0, 65535])),
    change((v) => (v.segments[0]!.box = [1, 0, 65535, 1])),
    change((v) => (v.segments[0]!.vector = 'AAAA')),
    change((v) => (v.segments[0]!.vector = '!'.repeat(344))),
    change((v) => (v.local.rows = 1e9)),
    change((v) => (v.local.data = '')),
    change((v) => (v.sketch.side = 4)),
    change((v) => (v.sketch.luma = 'AA')),
    change((v) => (v.sketch = {})),
  ];
  for (const each of bad)
    assert.throws(() => decodePrint(each), { code: 'invalid_bundle' }, each.slice(0, 60));
});

test('segments name their place and the digest of their vector', () => {
  const print = samplePrint();
  const segments = printSegments(print);
  assert.equal(segments.length, 5);
  assert.deepEqual(unpackLocator(segments[0]!.locator), { kind: 'whole', index: 0 });
  const locator = unpackLocator(segments[4]!.locator);
  assert.equal(locator.kind, 'region');
  assert.deepEqual(locator.kind === 'region' && locator.region, { x: 26214, y: 26214, w: 39321, h: 39321 });
  const bytes = Buffer.from(print.segments[2]!.vector.buffer);
  assert.equal(segments[2]!.vectorDigest, `0x${createHash('sha256').update(bytes).digest('hex')}`);
});

test('the root of a low-information print is over one empty leaf', () => {
  const blank: Print = { ...samplePrint(), lowInformation: true, segments: [], local: null };
  assert.deepEqual(
    printSegments(blank).map(({ code, vectorDigest }) => [code, vectorDigest]),
    [[ZERO_DIGEST, ZERO_DIGEST]],
  );
  // SHA-256(0x00 ‖ 96 zero bytes): the locator of the whole is zero as well.
  const expected = createHash('sha256').update(Buffer.alloc(97)).digest('hex');
  assert.equal(fingerprintRoot(blank), `0x${expected}`);
  assert.notEqual(fingerprintRoot(samplePrint()), fingerprintRoot(blank));
});

test('the model digest depends on names and digests, not on their order', () => {
  const a = { 'b.bin': '11'.repeat(32), 'a.onnx': '22'.repeat(32) };
  const text = `colophon-model/1\na.onnx ${'22'.repeat(32)}\nb.bin ${'11'.repeat(32)}\n`;
  assert.equal(computeModelDigest(a), `0x${createHash('sha256').update(text).digest('hex')}`);
  assert.equal(computeModelDigest({ 'a.onnx': a['a.onnx'], 'b.bin': a['b.bin'] }), computeModelDigest(a));
  assert.notEqual(computeModelDigest({ ...a, 'c.bin': '33'.repeat(32) }), computeModelDigest(a));
});
