import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ClaimName, ClaimResult } from '../../../server/pipeline/prove/index.ts';
import { describeOutcome, failedFirst } from '../../../web/src/verify/describe-outcome.ts';

const NAMES: readonly ClaimName[] = [
  'record',
  'chain',
  'file',
  'look',
  'claim',
  'suspect-file',
  'suspect-look',
];
const told = (others: Partial<Record<ClaimName, ClaimResult['status']>>): ClaimResult[] =>
  NAMES.map((name) => ({ name, status: others[name] ?? 'true', detail: '' }));

test('the seal says whether the proof or the file beside it is wrong', () => {
  const file = { file: 'false', look: 'unknown' } as const;
  const suspect = { 'suspect-file': 'false', 'suspect-look': 'unknown' } as const;
  const title = (others: Parameters<typeof told>[0]) => describeOutcome(told(others)).title;
  assert.equal(title({}), 'The proof holds');
  assert.equal(title({ look: 'unknown' }), 'Nothing failed, but not everything was checked');
  assert.equal(title({ record: 'false' }), 'The proof is false');
  assert.equal(title({ ...file, chain: 'false' }), 'The proof is false');
  assert.equal(title(file), 'This is not the registered file');
  assert.equal(title(suspect), 'This is not the file that was accused');
  assert.equal(title({ ...file, ...suspect }), 'Neither file is the one that the proof speaks of');
  assert.match(describeOutcome(told(file)).text, /^The proof itself holds\./);
  assert.doesNotMatch(describeOutcome(told({ ...file, chain: 'unknown' })).text, /holds/);
});

test('what failed comes first, the rest in its order', () => {
  const names = failedFirst(told({ file: 'false', 'suspect-file': 'false' })).map((claim) => claim.name);
  assert.deepEqual(names, ['file', 'suspect-file', 'record', 'chain', 'look', 'claim', 'suspect-look']);
});
