import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Digest } from '../../../server/domain/digest.ts';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import { buildMerkleTree, encodeSegment, unpackLocator } from '../../../server/domain/records/index.ts';
import type { Embedder, Embedding } from '../../../server/pipeline/fingerprint/index.ts';
import {
  FEATURE_CELLS,
  FEATURE_CHANNELS,
  LOCAL_DIMENSIONS,
  LOCAL_GRID,
} from '../../../server/pipeline/fingerprint/index.ts';
import type { FrameInput, VideoPrint } from '../../../server/pipeline/fingerprint/video/index.ts';
import {
  decodeVideoPrint,
  encodeVideoPrint,
  fingerprintVideo,
  leavesWithin,
  videoFingerprintRoot,
  videoSegments,
} from '../../../server/pipeline/fingerprint/video/index.ts';

/** A network that answers with the picture's tone; counts what it is asked. */
function makeStub(): Embedder & { asked: number } {
  return {
    asked: 0,
    modelDigest: `0x${'ab'.repeat(32)}` as Digest,
    head: {
      weights: Int8Array.from({ length: 256 * 512 }, (_, i) => ((i * 37 + (i >> 9) * 11) % 127) - 63),
      bias: new Int32Array(256),
      codeThreshold: new Int32Array(256),
    },
    async embed(pictures): Promise<Embedding[]> {
      this.asked += pictures.length;
      return pictures.map((pixels) => ({
        features: Uint8Array.from(
          { length: FEATURE_CHANNELS * FEATURE_CELLS },
          (_, i) => (pixels[0]! * (i % 29)) & 255,
        ),
        local: new Int16Array(LOCAL_DIMENSIONS * LOCAL_GRID * LOCAL_GRID),
      }));
    },
  };
}

async function* frames(...list: readonly [number, FrameInput['mark'], number][]): AsyncGenerator<FrameInput> {
  for (const [timeMs, mark, tone] of list) {
    const raster = { width: 4, height: 4, data: new Uint8Array(48).fill(tone) };
    yield { timeMs, raster, content: { x: 0, y: 0, width: 1, height: 1 }, mark };
  }
}

async function makePrint(): Promise<{ print: VideoPrint; asked: number }> {
  const stub = makeStub();
  const source = frames(
    [0, 'new', 40],
    [500, 'still', 40],
    [1000, 'new', 90],
    [1500, 'blank', 0],
    [2000, 'new', 140],
  );
  const { print } = await fingerprintVideo(source, 2600, stub);
  return { print, asked: stub.asked };
}

test('still frames lengthen a stretch, blank ones end it, neither is embedded', async () => {
  const { print, asked } = await makePrint();
  assert.equal(asked, 3);
  assert.deepEqual(
    print.spans.map(({ startMs, endMs }) => [startMs, endMs]),
    [
      [0, 1000],
      [1000, 1500],
      [2000, 2600],
    ],
  );
  assert.equal(print.durationMs, 2600);
});

test('leaves: the whole, then time spans; the root commits to all of them', async () => {
  const { print } = await makePrint();
  const leaves = videoSegments(print);
  assert.deepEqual(unpackLocator(leaves[0]!.locator), { kind: 'whole', index: 0 });
  assert.deepEqual(unpackLocator(leaves[2]!.locator), { kind: 'span', index: 2, startMs: 1000, endMs: 1500 });
  assert.equal(leaves.length, 4);
  const tree = buildMerkleTree(leaves.map(encodeSegment));
  assert.equal(videoFingerprintRoot(print), tree.root);
  const moved = { ...print, spans: print.spans.map((s, i) => (i === 1 ? { ...s, endMs: 1499 } : s)) };
  assert.notEqual(videoFingerprintRoot(moved), tree.root);
  assert.deepEqual(leavesWithin(print, 900, 1200), [1, 2]);
  assert.deepEqual(leavesWithin(print, 1500, 2000), []);
});

test('nothing but blank frames: one leaf without a look', async () => {
  const stub = makeStub();
  const { print } = await fingerprintVideo(frames([0, 'blank', 0], [500, 'blank', 0]), 1000, stub);
  assert.equal(print.lowInformation, true);
  assert.equal(stub.asked, 0);
  assert.deepEqual(
    videoSegments(print).map(({ code, vectorDigest }) => [code, vectorDigest]),
    [[ZERO_DIGEST, ZERO_DIGEST]],
  );
});

test('the stored form keeps everything in 296 bytes a stretch, and is refused when damaged', async () => {
  const { print } = await makePrint();
  const bytes = encodeVideoPrint(print);
  assert.equal(bytes.length, 46 + 288 + 3 * 296);
  assert.deepEqual(decodeVideoPrint(bytes), print);
  for (const bad of [bytes.subarray(1), bytes.subarray(0, -1), new Uint8Array(5), new Uint8Array(46)]) {
    assert.throws(() => decodeVideoPrint(bad), { code: 'invalid_bundle' });
  }
  const crossed = encodeVideoPrint({ ...print, spans: print.spans.toReversed() });
  assert.throws(() => decodeVideoPrint(crossed), { code: 'invalid_bundle' });
});

test('a query is also seen in parts, placed inside its bars', async () => {
  const stub = makeStub();
  const source = (async function* () {
    for await (const frame of frames([0, 'new', 40]))
      yield { ...frame, content: { x: 0, y: 0.25, width: 1, height: 0.5 } };
  })();
  const { parts } = await fingerprintVideo(source, 500, stub, { parts: true });
  assert.equal(parts.length, 7);
  assert.deepEqual(parts[2]!.box, { x: 0, y: 0.5, width: 0.5, height: 0.25 });
});
