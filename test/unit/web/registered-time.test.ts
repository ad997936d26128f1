import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WORK_STATES } from '../../../server/domain/work.ts';
import { registeredTime } from '../../../web/src/parts/registered-time.ts';

test('only a work that was signed has a time of registration', () => {
  const createdAt = '2026-11-26T10:20:06.000Z';
  const dashed = WORK_STATES.filter((state) => registeredTime({ state, createdAt }) === '–');
  assert.deepEqual(dashed, ['received', 'fingerprinted', 'decided', 'in_review', 'rejected']);
  assert.equal(registeredTime({ state: 'anchored', createdAt }), '26 November 2026 at 10:20:06 UTC');
});
