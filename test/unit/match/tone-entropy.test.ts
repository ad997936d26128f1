import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toneEntropy } from '../../../server/pipeline/match/tone-entropy.ts';

const sketch = (tone: (i: number) => number) => ({
  side: 16,
  luma: Uint8Array.from({ length: 256 }, (_, i) => tone(i)),
});

test('a sheet of one tone has no entropy, of four tones two bits, of all tones eight', () => {
  assert.equal(toneEntropy(sketch(() => 77)), 0);
  assert.equal(toneEntropy(sketch((i) => 60 * (i % 4))), 2);
  assert.equal(toneEntropy(sketch((i) => i)), 8);
});
