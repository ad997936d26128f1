import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeMatch, facts } from '../../../server/cli/output.ts';
import type { Match } from '../../../server/domain/match.ts';

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

test('a match is called by the title where there is one, without the control characters of its author', () => {
  const whole = { x: 0, y: 0, width: 1, height: 1 };
  const match = { medium: 'image', workId: 'work_1', probability: 0.993, similarity: 0.9, reasons: [] };
  const told = (title?: string) =>
    describeMatch({ ...match, queryBox: whole, workBox: whole } as never as Match, '', { title }).split(
      '\n',
    )[0];
  assert.equal(told(), '99.3 % work_1  similarity 0.900');
  assert.equal(told('Dusk\u001b[31m\r\nOver'), '99.3 % Dusk  Over  work_1  similarity 0.900');
});

test('a region of a picture is told in pixels where its size is known, in per cent elsewhere', () => {
  const match = {
    medium: 'image',
    workId: 'work_1',
    probability: 1,
    similarity: 1,
    reasons: [],
    queryBox: { x: 0.25, y: 0.5, width: 0.5, height: 0.25 },
    workBox: { x: 0, y: 0, width: 1, height: 1 },
  } as never as Match;
  const told = (sides = {}) => describeMatch(match, '', sides).split('\n')[1];
  assert.equal(
    told({ query: { width: 800, height: 400 } }),
    '  here: 400×100 at 200,200 of 800×400   in the work: all of it',
  );
  assert.equal(told(), '  here: 50 % × 25 % at 25 %, 50 %   in the work: all of it');
});
