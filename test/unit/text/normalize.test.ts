import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import {
  normalizeText,
  sliceCharacters,
  TEXT_MODEL_DIGEST,
  TEXT_MODEL_FILES,
} from '../../../server/pipeline/fingerprint/text/index.ts';

function fold(text: string): string {
  return String.fromCodePoint(...normalizeText(text).points);
}

describe('normalizeText', () => {
  const SAME: readonly (readonly [name: string, a: string, b: string])[] = [
    ['case', 'The QUICK Brown', 'the quick brown'],
    ['punctuation and space', 'word, by — word!', 'word by\n\tword'],
    ['full width and ligatures', 'Ｔｈｅ ﬁsh', 'The fish'],
    ['mathematical letters', '𝒯𝒽𝑒 𝔣𝔦𝔰𝔥', 'The fish'],
    ['Cyrillic look-alikes', 'сору оf а рареr', 'copy of a paper'],
    ['Greek look-alikes', 'cορy', 'copy'],
    ['soft hyphen and zero width', 'hy\u00adphen\u200ba\u2060ted', 'hyphenated'],
    ['hyphen at a line end', 'exam-\nple', 'example'],
    ['accents, composed or not', 'café cafe\u0301', 'cafe cafe'],
    ['sharp s', 'Straße', 'STRASSE'],
    ['dotless i', 'İstanbul ıslak', 'Istanbul islak'],
    ['final sigma', 'ΟΔΟΣ', 'οδος'],
    ['one, l, I and the bar of i', 'I1l', 'lll'],
    ['zero and o', 'b00k', 'book'],
    ['m and rn', 'modem', 'rnodern'],
    ['Hangul in jamo', '한글', '한글'],
    ['kana, half width and decomposed', 'ガが', 'ｶﾞか\u3099'],
    ['Arabic vowels and stretch', 'كِتَابٌ كـتاب', 'كتاب كتاب'],
    ['Hebrew points', 'שָׁלוֹם', 'שלום'],
    ['variation selectors', '葛\u{e0100}飾', '葛飾'],
    ['Chinese punctuation', '中文，没有。空格', '中文没有空格'],
  ];
  for (const [name, a, b] of SAME) {
    it(`folds ${name}`, () => {
      assert.equal(fold(a), fold(b));
      assert.notEqual(fold(a), '');
    });
  }

  it('keeps apart what differs', () => {
    const words = [
      'cat',
      'cot',
      'cut',
      '中',
      '国',
      '가',
      '나',
      'か',
      'が',
      'नमस्ते',
      'नमसत',
      '12',
      '13',
      'шум',
      'шаг',
    ];
    assert.equal(new Set(words.map(fold)).size, words.length);
  });

  it('keeps the marks without which a script cannot be read', () => {
    assert.equal(fold('नि'), 'नि');
    assert.equal(fold('ที่'), 'ที่');
  });

  it('tells where every folded character comes from', () => {
    const text = 'A\u0301 𝒳 ﬁ—ß 中\u200b文 👍🏽 m';
    const { points, starts, lengths, characters } = normalizeText(text);
    assert.equal(characters, [...text].length);
    const from = [...points].map((point, i) => [
      String.fromCodePoint(point),
      sliceCharacters(text, starts[i]!, starts[i]! + lengths[i]!),
    ]);
    assert.deepEqual(from, [
      ['a', 'A\u0301'],
      ['x', '𝒳'],
      ['f', 'ﬁ'],
      ['l', 'ﬁ'],
      ['s', 'ß'],
      ['s', 'ß'],
      ['中', '中'],
      ['文', '文'],
      ['r', 'm'],
      ['n', 'm'],
    ]);
  });

  it('gives ascending places within the text for any input', () => {
    const random = makeRandom(5);
    for (let round = 0; round < 300; round++) {
      const units = Array.from({ length: 60 }, () =>
        random.next() < 0.3
          ? 0x300 + random.below(0x70)
          : random.next() < 0.5
            ? random.below(0x3000)
            : random.below(0x10000),
      );
      const text = String.fromCharCode(...units).toWellFormed();
      const { points, starts, lengths, characters } = normalizeText(text);
      assert.equal(characters, [...text].length);
      for (let i = 0; i < points.length; i++) {
        assert.ok(starts[i]! + lengths[i]! <= characters);
        if (i > 0) assert.ok(starts[i]! >= starts[i - 1]!);
      }
      // What is left is folded already.
      assert.equal(fold(fold(text)), fold(text));
    }
  });

  it('stays linear on marks without end', () => {
    const startedAt = performance.now();
    const { points, lengths } = normalizeText(`Z${'\u0353'.repeat(400_000)}algo`);
    assert.ok(lengths[0]! <= 64, String(lengths[0]));
    assert.equal(String.fromCodePoint(...points), 'zalgo');
    assert.ok(performance.now() - startedAt < 5000);
  });

  it('is pinned: another method is another digest, and needs another version', () => {
    assert.deepEqual(TEXT_MODEL_FILES, {
      'text-model.txt': '999850e3adeebcaadb771f6ce4485a6fd70f588c8e281de3bdcf8a1583e53c83',
    });
    assert.equal(TEXT_MODEL_DIGEST, '0x3db955d748bb76bfe722a7f87b93fb759ecebac3056649c4f8c08167c96c2eba');
  });
});
