import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { writeChinese } from '../../../scripts/bench/text-edits.ts';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import {
  hammingDistance,
  segmentLeafHash,
  unpackLocator,
  verifyInclusion,
} from '../../../server/domain/records/index.ts';
import {
  codeOfRange,
  fingerprintText,
  gramHash,
  minHashCode,
  type NormalizedText,
  normalizeText,
  prepareText,
  segmentsWithin,
  similarityOfDistance,
  textFingerprintRoot,
  textFingerprintTree,
  textSegments,
  visitGrams,
} from '../../../server/pipeline/fingerprint/text/index.ts';

const TEXT = writeChinese(3000, makeRandom(9));
const WORDS = 'river stone window garden letter morning candle harbour silver thunder quiet paper'.split(' ');

function prose(words: number, seed: number): string {
  const random = makeRandom(seed);
  return Array.from({ length: words }, () => random.pick(WORDS) + random.below(1000)).join(' ');
}

function jaccard(a: NormalizedText, b: NormalizedText): number {
  const sets = [a, b].map((text) => {
    const set = new Set<number>();
    visitGrams(text, 0, text.points.length, (_p, _e, low, high) => set.add(gramHash(low, high)));
    return set;
  });
  const common = [...sets[0]!].filter((hash) => sets[1]!.has(hash)).length;
  return common / (sets[0]!.size + sets[1]!.size - common);
}

describe('minHashCode', () => {
  it('estimates the Jaccard similarity of gram sets', () => {
    const shared = prose(300, 1);
    for (const own of [0, 20, 60, 150, 300, 1200]) {
      const a = normalizeText(shared + prose(own, 2));
      const b = normalizeText(shared + prose(own, 3));
      const distance = hammingDistance(
        minHashCode(a, 0, a.points.length),
        minHashCode(b, 0, b.points.length),
      );
      // One standard deviation of the estimate is at most 1/16.
      assert.ok(Math.abs(similarityOfDistance(distance) - jaccard(a, b)) < 0.2, `${own}: ${distance}`);
    }
  });

  it('gives unrelated texts codes that differ in about half of the bits', () => {
    const [a, b] = [4, 5].map((seed) => normalizeText(prose(200, seed)));
    const distance = hammingDistance(
      minHashCode(a!, 0, a!.points.length),
      minHashCode(b!, 0, b!.points.length),
    );
    assert.ok(distance > 90 && distance < 166, String(distance));
  });

  it('works on stretches of a few grams, and says "none" of none', () => {
    const text = normalizeText('abcdefghkabcdefghkz');
    assert.notEqual(minHashCode(text, 0, 4), ZERO_DIGEST);
    assert.equal(minHashCode(text, 0, 0), ZERO_DIGEST);
    assert.equal(minHashCode(text, 15, 19), ZERO_DIGEST);
  });
});

describe('fingerprintText', () => {
  const print = fingerprintText(prepareText(TEXT));

  it('tiles the text with segments under one root', () => {
    const [whole, ...parts] = print.segments;
    assert.deepEqual([whole!.start, whole!.end], [0, [...TEXT].length]);
    assert.equal(parts[0]!.start, 0);
    assert.equal(parts.at(-1)!.end, whole!.end);
    for (let i = 1; i < parts.length; i++) assert.equal(parts[i]!.start, parts[i - 1]!.end);
    const leaves = textSegments(print);
    assert.deepEqual(unpackLocator(leaves[0]!.locator), { kind: 'whole', index: 0 });
    const { start, end } = parts[2]!;
    assert.deepEqual(unpackLocator(leaves[3]!.locator), { kind: 'characters', index: 3, start, end });
  });

  it('lets a stretch be proven: the path of its leaf leads to the root', () => {
    const tree = textFingerprintTree(print);
    const leaves = textSegments(print);
    for (const index of segmentsWithin(print, [500, 1500])) {
      const leafHash = segmentLeafHash(leaves[index]!);
      const proof = { leafHash, index, size: tree.size, path: tree.inclusionPath(index) };
      assert.ok(verifyInclusion(proof, textFingerprintRoot(print)));
      assert.ok(leaves.length > 5 && index > 0);
    }
    assert.equal(segmentsWithin(print, [500, 1500]).length, 3);
  });

  it('gives a segment the code of its range, wherever the range stands', () => {
    const { start, end, code } = print.segments[3]!;
    const characters = [...TEXT].slice(start, end).join('');
    const elsewhere = `unrelated beginning 。${characters}`;
    const shift = [...elsewhere].length - [...characters].length;
    const moved = codeOfRange(
      normalizeText(elsewhere + [...TEXT].slice(end, end + 40).join('')),
      shift,
      shift + end - start,
    );
    assert.equal(moved, code);
  });

  it('commits to what was compared: the root changes with one character, not with layout', () => {
    const root = textFingerprintRoot(print);
    const changed = TEXT.replace(/[一-龥]/, (character) => (character === '的' ? '是' : '的'));
    assert.notEqual(textFingerprintRoot(fingerprintText(prepareText(changed))), root);
    const [a, b] = ['Call me Ishmael. ', 'CALL ME ISHMAEL! '].map((line) =>
      fingerprintText(prepareText(line.repeat(40))),
    );
    assert.equal(textFingerprintRoot(a!), textFingerprintRoot(b!));
  });

  it('is pinned: the same text has the same root on every machine', () => {
    assert.equal(
      textFingerprintRoot(fingerprintText(prepareText(prose(500, 6)))),
      '0x36537b485a603f8dce65400f1d7b469d277966af4591ca414aa75aa801af66f7',
    );
  });

  const LITTLE = ['', '...', 'Hello.', 'a few words of a note', 'x'.repeat(5000), 'lorem ipsum '.repeat(900)];
  for (const text of LITTLE) {
    it(`marks ${JSON.stringify(text.slice(0, 24))} as saying too little`, () => {
      const little = fingerprintText(prepareText(text));
      assert.equal(little.lowInformation, true);
      assert.equal(little.segments.length, 1);
      assert.equal(little.segments[0]!.code, ZERO_DIGEST);
    });
  }
});
