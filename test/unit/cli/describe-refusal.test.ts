import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeRefusal, refusalOf } from '../../../server/cli/describe-refusal.ts';
import type { RegisterResult } from '../../../server/cli/register.ts';
import { describeResult } from '../../../server/cli/register-command.ts';
import type { Work } from '../../../server/domain/work.ts';

const RESULT: RegisterResult = {
  file: 'a.jpg',
  outcome: 'registered',
  workId: 'work_1',
  state: 'submitted',
  code: null,
  detail: null,
  existing: null,
  warnings: [],
};
const row = (changes: Partial<RegisterResult>) => describeResult({ ...RESULT, ...changes }).slice(1);

test('what the service would not take is refused, whatever the reason; what broke on the way failed', () => {
  for (const code of ['unsupported_media', 'already_registered', 'corrupt_media', 'media_too_large'])
    assert.equal(refusalOf(code), 'refused');
  for (const code of ['internal', 'chain_unavailable', 'pending', null])
    assert.equal(refusalOf(code), 'failed');
});

test('what may go well the next time failed, whoever is to blame: too many requests, an upload cut short', () => {
  for (const code of ['rate_limited', 'upload_incomplete', 'idempotency_in_progress'])
    assert.equal(refusalOf(code), 'failed', code);
});

test('rows of many files have one form: file, outcome, then the state or the reason with its code', () => {
  assert.deepEqual(row({}), ['a.jpg', 'registered', 'work_1  Submitted to the chain']);
  assert.deepEqual(row({ outcome: 'in review', state: 'in_review', detail: 'a person will look at it' }), [
    'a.jpg',
    'in review',
    'work_1  In review  a person will look at it',
  ]);
  const turnedAway = { outcome: 'refused', state: 'rejected', code: 'copy_of_registered_work' } as const;
  assert.deepEqual(row({ ...turnedAway, detail: 'this copies work_2' }), [
    'a.jpg',
    'refused',
    'this copies work_2 (copy_of_registered_work)',
  ]);
  const unread = { outcome: 'refused', workId: null, state: null, code: 'unsupported_media' } as const;
  assert.deepEqual(row({ ...unread, detail: 'no picture' }), [
    'a.jpg',
    'refused',
    'no picture (unsupported_media)',
  ]);
});

test('what exists is named once', () => {
  const existing = '/v1/works/work_9';
  const code = 'already_registered';
  assert.equal(
    describeRefusal({ code, detail: 'it is on record', existing }),
    'it is on record, see work_9 (already_registered)',
  );
  assert.equal(
    describeRefusal({ code, detail: 'it is work_9', existing }),
    'it is work_9 (already_registered)',
  );
});

test('a reason names the work in the way by its title, and not the one that was turned away', () => {
  const id = `work_${'2'.repeat(26)}`;
  const works = new Map([[id, { title: 'Dusk' } as Work]]);
  const turnedAway = { outcome: 'refused', state: 'rejected', code: 'copy_of_registered_work' } as const;
  const [, , , told] = describeResult({ ...RESULT, ...turnedAway, detail: `this copies ${id}` }, works);
  assert.equal(told, `this copies “Dusk” (${id}) (copy_of_registered_work)`);
});
