import assert from 'node:assert/strict';
import { test } from 'node:test';
import { facts } from '../../../server/cli/output.ts';

test('facts of a record inside a record have a line each, what lies deeper is cut visibly', () => {
  const reasons = [{ detail: 'x'.repeat(200) }];
  const lines = facts({
    id: 'evidence_1',
    accused: null,
    match: { similarity: 0.9, box: { x: 0, y: 1 }, title: null, reasons },
    finalized: false,
  }).split('\n');
  assert.deepEqual(lines.slice(0, 3), [
    'id                evidence_1',
    'match.similarity  0.9',
    'match.box         {"x":0,"y":1}',
  ]);
  assert.match(lines[3]!, /^match\.reasons {5}\[\{"detail":"x+…$/);
  assert.equal(lines[3]!.length, 'match.similarity  '.length + 100);
  assert.equal(lines[4], 'finalized         false');
  assert.equal(lines.length, 5);
});
