import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type Digest, toHex } from '../../../server/domain/digest.ts';
import {
  EMPTY_MERKLE_ROOT,
  encodeSegment,
  fingerprintTree,
  type Locator,
  packLocator,
  quantizeRegion,
  regionFractions,
  segmentLeafHash,
  unpackLocator,
} from '../../../server/domain/records/index.ts';
import { golden } from './golden.ts';

describe('segment', () => {
  for (const { locator, segment, encoded, leafHash } of golden.segments.segments) {
    it(`packs, unpacks and hashes a ${locator.kind} segment as the golden vector does`, () => {
      assert.equal(packLocator(locator), segment.locator);
      assert.deepEqual(unpackLocator(segment.locator), locator);
      assert.equal(toHex(encodeSegment(segment)), encoded);
      assert.equal(segmentLeafHash(segment), leafHash);
    });
  }

  it('builds the golden fingerprint tree', () => {
    const tree = fingerprintTree(golden.segments.segments.map((vector) => vector.segment));
    assert.equal(tree.root, golden.segments.fingerprintRoot);
    assert.deepEqual(
      golden.segments.segments.map((_, i) => tree.inclusionPath(i)),
      golden.segments.paths,
    );
    assert.equal(fingerprintTree([]).root, EMPTY_MERKLE_ROOT);
  });

  it('refuses locators that do not fit their fields', () => {
    const bad: Locator[] = [
      { kind: 'whole', index: 2 ** 32 },
      { kind: 'whole', index: 0.5 },
      { kind: 'region', index: 0, region: { x: -1, y: 0, w: 1, h: 1 } },
      { kind: 'region', index: 0, region: { x: 2, y: 0, w: 65534, h: 1 } },
      { kind: 'region', index: 0, region: { x: 0, y: 65535, w: 0, h: 1 } },
      { kind: 'span', index: 0, startMs: 2, endMs: 1 },
      { kind: 'span', index: 0, startMs: 0, endMs: 2 ** 48 },
      { kind: 'characters', index: 0, start: Number.NaN, end: 1 },
    ];
    for (const locator of bad) assert.throws(() => packLocator(locator), RangeError);
  });

  it('packs a stretch of the sound of a film as kind 5', () => {
    const locator = { kind: 'soundSpan', index: 258, startMs: 90_000, endMs: 91_024 } as const;
    const packed =
      `0x0500000102${'00'.repeat(8)}${'000000015f90'}${'000000016390'}${'00'.repeat(7)}` as const;
    assert.equal(packLocator(locator), packed);
    assert.deepEqual(unpackLocator(packed), locator);
  });

  it('refuses words that no locator packs to', () => {
    const whole = packLocator({ kind: 'whole', index: 0 });
    const at = (byte: number, value: string): Digest =>
      `0x${whole.slice(2, 2 + 2 * byte)}${value}${whole.slice(4 + 2 * byte)}`;
    assert.throws(() => unpackLocator(at(0, '06')), RangeError);
    assert.throws(() => unpackLocator(at(5, '01')), RangeError);
    assert.throws(() => unpackLocator(at(31, '01')), RangeError);
    const upsideDown = `0x02${'00'.repeat(12)}${'000000000002'}${'000000000001'}${'00'.repeat(7)}` as const;
    assert.throws(() => unpackLocator(upsideDown), RangeError);
  });

  it('rounds edges, so that regions stay inside the picture and neighbours keep touching', () => {
    const tenth = quantizeRegion({ x: 0.1, y: 0, w: 0.1, h: 1 });
    const next = quantizeRegion({ x: 0.2, y: 0, w: 0.8 + 1e-9, h: 1.5 });
    assert.equal(tenth.x + tenth.w, next.x);
    assert.deepEqual({ right: next.x + next.w, bottom: next.y + next.h }, { right: 65535, bottom: 65535 });
    assert.deepEqual(quantizeRegion(regionFractions(tenth)), tenth);
  });
});
