import assert from 'node:assert/strict';
import { test } from 'node:test';
import { explainText } from '../../../server/pipeline/match/text/explain-text.ts';

type Facts = Parameters<typeof explainText>[0];
type Segment = Facts['segments'][number];

const segment = { query: [0, 485], source: [9000, 9485], change: 'verbatim', excluded: [] };

function sentence(sourceCoverage: number, queryCoverage = 1): string {
  const segments = [segment as unknown as Segment];
  return explainText({ segments, similarity: 1, queryCoverage, sourceCoverage, reordered: false }, false)
    .explanation;
}

test('a paragraph of a long novel is not told as none of it', () => {
  assert.match(sentence(485 / 1_276_201), /^100 % of this text .* stands in less than 0\.1 % of the work/);
  assert.match(sentence(0.0006), / in 0\.1 % of the work/);
  assert.match(sentence(0.5, 0.042), /^4\.2 % of this text .* in 50 % of the work/);
});
