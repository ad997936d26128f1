import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutExcerpts } from '../../../server/actions/media/text-excerpts.ts';
import type { Match } from '../../../server/domain/match.ts';

test('the wording of a match comes with the lengths of both texts, in code points', () => {
  const segment = {
    query: { kind: 'characters', start: 2, end: 6 },
    work: { kind: 'characters', start: 3, end: 7 },
  };
  const match = { segments: [segment, segment] } as never as Match;
  const cut = cutExcerpts('😀 mud, and more', 'Of mud 😀😀 and so on', match, {
    stretches: 1,
    characters: 3,
  });
  assert.deepEqual(cut.characters, { query: 15, work: 19 });
  assert.equal(cut.items.length, 1);
  assert.deepEqual(cut.items[0]!.query, { start: 2, end: 5, text: 'mud' });
  assert.deepEqual(cut.items[0]!.work, { start: 3, end: 6, text: 'mud' });
});
