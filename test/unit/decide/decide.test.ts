import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Policy } from '../../../server/domain/match.ts';
import { decide } from '../../../server/pipeline/decide/index.ts';
import { sampleMatch as match } from '../../helpers/sample-match.ts';

const POLICY: Policy = { version: 'p1', copyProbability: 0.9, reviewProbability: 0.4 };
const MODEL = `0x${'12'.repeat(32)}` as const;

test('the best match decides, thresholds included', () => {
  assert.equal(decide([match('a', 0.9)], POLICY, MODEL).outcome, 'copy');
  assert.equal(decide([match('a', 0.8999)], POLICY, MODEL).outcome, 'review');
  assert.equal(decide([match('a', 0.4)], POLICY, MODEL).outcome, 'review');
  assert.equal(decide([match('a', 0.3999)], POLICY, MODEL).outcome, 'distinct');
  assert.equal(decide([], POLICY, MODEL).outcome, 'distinct');
});

test('only matches worth a look are kept, best first, and the input is left as it was', () => {
  const input = [match('low', 0.1), match('mid', 0.5), match('top', 0.95)];
  const verdict = decide(input, POLICY, MODEL);
  assert.deepEqual(
    verdict.matches.map((kept) => kept.workId),
    ['work_top', 'work_mid'],
  );
  assert.equal(input[0]!.workId, 'work_low');
});

test('the verdict names its policy, model and reason', () => {
  const verdict = decide([match('a', 0.95), match('b', 0.5)], POLICY, MODEL);
  assert.equal(verdict.policyVersion, 'p1');
  assert.equal(verdict.modelDigest, MODEL);
  assert.match(verdict.explanation, /work_a and 1 more: the files are the same/);
  assert.equal(decide([], POLICY, MODEL).explanation, 'Nothing registered is copied.');
});
