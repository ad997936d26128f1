import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeRandom, type Random } from '../../../scripts/bench/text-random.ts';
import {
  characterWeight,
  GRAM_WEIGHT,
  GUARANTEED_WEIGHT,
  gramHash,
  normalizeText,
  visitGrams,
  winnow,
} from '../../../server/pipeline/fingerprint/text/index.ts';
import { characterWeight as matchWeight } from '../../../server/pipeline/match/text/align.ts';

// Letters that fold to themselves, of every weight.
const ALPHABETS = ['abcdefghk', '中国人大来上个', '가나다라마바', 'かきくけこ', 'abcd中国가か'];

function write(size: number, alphabet: string, random: Random): string {
  return Array.from({ length: size }, () => random.pick([...alphabet])).join('');
}

function weightOf(text: string): number {
  return [...text].reduce((sum, character) => sum + characterWeight(character.codePointAt(0)!), 0);
}

describe('visitGrams', () => {
  it('hashes by content alone: a rolling hash equals the hash of the gram on its own', () => {
    const random = makeRandom(1);
    const text = normalizeText(write(400, ALPHABETS[4]!, random));
    let grams = 0;
    visitGrams(text, 0, text.points.length, (position, end, low, high) => {
      const alone = normalizeText(String.fromCodePoint(...text.points.slice(position, end)));
      visitGrams(alone, 0, 1, (_p, size, lowAlone, highAlone) => {
        assert.deepEqual([low, high, end - position], [lowAlone, highAlone, size]);
        grams++;
      });
    });
    assert.ok(grams > 350);
  });

  it('sizes grams by what characters say: 16 letters, 6 Chinese characters', () => {
    const sizes = ['abcdefghijabcdefghij', '中国人大来上个到说们'].map((text) => {
      let size = 0;
      visitGrams(normalizeText(text), 0, 1, (position, end) => {
        size = end - position;
      });
      return size;
    });
    assert.deepEqual(sizes, [16, 6]);
  });

  it('weighs characters as the match stage does', () => {
    for (let point = 0; point < 0x31000; point += 7) assert.equal(matchWeight(point), characterWeight(point));
  });
});

describe('winnow', () => {
  it('keeps a common gram of every shared stretch of the guaranteed weight', () => {
    const random = makeRandom(2);
    for (let round = 0; round < 1500; round++) {
      const alphabet = random.pick(ALPHABETS);
      let shared = '';
      while (weightOf(shared) < GUARANTEED_WEIGHT) shared += write(1, alphabet, random);
      const sides = [0, 1].map(() => {
        const before = write(random.below(60), random.pick(ALPHABETS), random);
        const text = normalizeText(before + shared + write(random.below(60), random.pick(ALPHABETS), random));
        const { hashes, positions } = winnow(text);
        const begin = [...before].length;
        const inside = [...hashes].filter(
          (_, i) => positions[i]! >= begin && positions[i]! < begin + shared.length,
        );
        return new Set(inside);
      });
      assert.ok(
        [...sides[0]!].some((hash) => sides[1]!.has(hash)),
        `round ${round}: ${shared}`,
      );
    }
  });

  it('keeps nothing in common where no gram is shared', () => {
    const random = makeRandom(3);
    for (let round = 0; round < 300; round++) {
      // The longest common stretch is one letter short of a gram.
      const shared = write(GRAM_WEIGHT - 1, 'abcdefghk', random);
      const a = winnow(normalizeText(`${write(50, 'pqstv', random)}${shared}${write(50, 'pqstv', random)}`));
      const b = winnow(normalizeText(`${write(50, 'wxyz', random)}${shared}${write(50, 'wxyz', random)}`));
      assert.ok(![...a.hashes].some((hash) => b.hashes.includes(hash)));
    }
  });

  it('keeps near to 2 / (window + 1) of the grams, and few of a run of one letter', () => {
    const random = makeRandom(4);
    const { hashes, positions } = winnow(normalizeText(write(40_000, 'abcdefghk', random)));
    assert.ok(Math.abs(hashes.length / 40_000 - 2 / 17) < 0.004, String(hashes.length));
    assert.ok(positions.every((position, i) => i === 0 || position > positions[i - 1]!));
    assert.ok(winnow(normalizeText('a'.repeat(16_000))).hashes.length <= 1001);
  });

  it('keeps one gram of a text shorter than a window, none of one shorter than a gram', () => {
    assert.equal(winnow(normalizeText('abcdefghkabcdefghk')).hashes.length, 1);
    assert.equal(winnow(normalizeText('abcdefghk')).hashes.length, 0);
  });

  it('gives hashes that a double holds exactly', () => {
    assert.ok(gramHash(0xffffffff, 0x1fffff) === Number.MAX_SAFE_INTEGER);
  });
});
