import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeEvidence } from '../../../server/cli/show-evidence.ts';
import type { Evidence } from '../../../server/domain/evidence.ts';

const WORK = `work_${'a'.repeat(26)}`;
const EVIDENCE = {
  id: 'evidence_1',
  state: 'anchored',
  checkId: 'check_1',
  workId: WORK,
  match: { probability: 0.997 },
  sourceUrl: 'https://example.com/a.jpg',
  statement: null,
  accused: null,
  hammingDistance: 51,
  blockNumber: 20,
  blockTime: 1_700_000_000,
  finalized: true,
  problem: null,
} as unknown as Evidence;

test('evidence says where it stands, of which work, and what comes next', () => {
  assert.deepEqual(describeEvidence(EVIDENCE, 'a\u001b[31m.jpg').split('\n'), [
    'evidence_1',
    '  state     Anchored in block 20 of 2023-11-14T22:13:20.000Z, final',
    `  work      a.jpg  ${WORK}`,
    '  match     99.7 % probability in check_1',
    '  codes     51 of 256 bits differ between the parts that the claim names: that is what the proof shows',
    '  found at  https://example.com/a.jpg',
    '',
    'Next: npx colophon proof evidence_1 evidence.json',
  ]);
});

test('evidence in a block that the chain may still take back is said not to be final', () => {
  const text = describeEvidence({ ...EVIDENCE, finalized: false });
  assert.match(text, /^ {2}state +Anchored in block 20 of \S+, not final yet$/m);
});

test('evidence that failed says why and asks for nothing', () => {
  const problem = { code: 'chain_rejected', detail: 'it was refused' };
  const text = describeEvidence({ ...EVIDENCE, state: 'failed', blockNumber: null, problem });
  assert.match(text, /^ {2}state +Failed$/m);
  assert.match(text, /^ {2}problem +it was refused \(chain_rejected\)$/m);
  assert.doesNotMatch(text, /Next/);
});
