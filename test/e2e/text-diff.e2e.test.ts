import assert from 'node:assert/strict';
import { test } from 'node:test';
import { diffTexts, type TextDiff } from '../../web/src/match/text-diff.ts';

const sideOf = (diff: TextDiff, side: 'query' | 'work') =>
  diff.rows.flatMap((row) => row.parts.map((part) => part[side])).join('');
const marked = (diff: TextDiff, side: 'query' | 'work') =>
  diff.rows.flatMap((row) => row.parts.filter((part) => part.side === side).map((part) => part[side].trim()));

const SAME = 'One sentence follows another here, and nothing differs. '.repeat(40);

test('both texts can be read off the rows, and long equal text is folded', () => {
  const work = `It was the best of times.\n\n${SAME}\n\nThe end of it.`;
  const query = work.replace('best', 'very best').replace('The end', 'An end');
  const diff = diffTexts(query, work);
  assert.equal(sideOf(diff, 'query'), query);
  assert.equal(sideOf(diff, 'work'), work);
  assert.deepEqual(marked(diff, 'query'), ['very', 'An']);
  assert.deepEqual(marked(diff, 'work'), ['The']);
  const folds = diff.rows.filter((row) => row.folded > 0);
  assert.equal(folds.length, 1);
  assert.ok(folds[0]!.folded > 1200, `${folds[0]!.folded} characters are folded`);
});

test('words of a script without spaces are told apart', () => {
  const diff = diffTexts('我喜欢吃苹果。他们来了。', '我喜欢吃香蕉。他们来了。');
  assert.deepEqual([marked(diff, 'query'), marked(diff, 'work')], [['苹果'], ['香蕉']]);
});

test('what the normalization folds is no change, and each side keeps its own writing', () => {
  const work = 'It was the best of times: the naïve season of Light, “the spring”  of hope. 辞去，可以。';
  for (const query of [
    work.toUpperCase(),
    work.replace(/[\p{P}]/gu, ''),
    work.replaceAll('，', '\u3000').replace('season of', 'sea-\nson\u00a0of'),
    work.replace(/[a-z]/g, (letter) => String.fromCodePoint(letter.charCodeAt(0) + 0xfee0)),
    work.replaceAll('e', 'е').replace('ï', 'i'),
    work.replaceAll(' ', ''),
  ]) {
    const diff = diffTexts(query, work);
    assert.deepEqual(
      [diff.queryOnly, diff.workOnly, diff.isVerbatim],
      [0, 0, query === work.replaceAll(' ', '')],
    );
    assert.deepEqual([sideOf(diff, 'query'), sideOf(diff, 'work')], [query, work]);
  }
  const diff = diffTexts(work.toUpperCase().replace('BEST', 'WORST'), work);
  assert.deepEqual([marked(diff, 'query'), marked(diff, 'work')], [['WORST'], ['best']]);
});

test('other line breaks are no change, and the ends of texts that were cut neither', () => {
  const line = 'A line that was broken because the page was full';
  assert.equal(diffTexts(`${line}\nand goes on.`, `${line} and goes on.`).queryOnly, 0);
  assert.equal(diffTexts('A verse\nand its end', 'A verse and its end').queryOnly, 0);
  const cut = diffTexts('Both texts go on in the same wor', 'Both texts go on in the same words th', true);
  assert.deepEqual([cut.queryOnly, cut.workOnly], [0, 0]);
});

test('white space of any kind is equal to white space, and alone is no change', () => {
  const plain = 'One sentence. Another one. 我喜欢吃苹果。他们来了。';
  for (const other of [
    'One sentence.\n\nAnother one. 我喜欢吃苹果。他们来了。',
    'One sentence.\r\n \r\nAnother\u00a0one.\t我喜欢吃苹果。他们来了。\r\n',
    'One sentence. Another one. 我喜欢吃\n苹果。\n他们来了。',
  ]) {
    for (const diff of [diffTexts(other, plain), diffTexts(plain, other)])
      assert.deepEqual([marked(diff, 'query'), marked(diff, 'work')], [[], []], JSON.stringify(other));
  }
  const diff = diffTexts('One sentence.\n\nNo other one.', plain.slice(0, 26));
  assert.deepEqual([marked(diff, 'query'), marked(diff, 'work')], [['No other'], ['Another']]);
});

test('text without sentences, lines or spaces is kept whole', () => {
  const text = 'a'.repeat(3000);
  assert.equal(sideOf(diffTexts(text, text), 'work'), text);
});
