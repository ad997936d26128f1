import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NotYet } from '../../../server/actions/not-yet.ts';
import { settleMatches } from '../../../server/actions/settle-matches.ts';
import { newId, type WorkId } from '../../../server/domain/ids.ts';
import type { Match } from '../../../server/domain/match.ts';
import type { Work, WorkState } from '../../../server/domain/work.ts';
import type { WorkStanding } from '../../../server/store/work-store.ts';

const me = newId('work');
const matchWith = (workId: WorkId) => ({ workId, probability: 1 }) as Match;

/** Works by id: their state, and where their print stands. `look` is called before each reading. */
function depsOf(
  states: Map<WorkId, [WorkState, number]>,
  look: (n: number) => void = () => {},
  now = Date.now,
) {
  let readings = 0;
  const findStandings = async (ids: readonly WorkId[]) => {
    look(readings++);
    return new Map(
      ids.flatMap((id): [WorkId, WorkStanding][] => {
        const found = states.get(id);
        const rest = {
          owner: '0x',
          keyId: 'key_1',
          contentHash: '0x',
          updatedAt: '2026-01-01T00:00:00.000Z',
        } as const;
        return found ? [[id, { id, state: found[0], printPosition: found[1], ...rest }]] : [];
      }),
    );
  };
  return { works: { findStandings } as never, now };
}

const settle = (deps: ReturnType<typeof depsOf>, ids: WorkId[]) =>
  settleMatches(deps, { id: me } as Work, ids.map(matchWith)).then((matches) =>
    matches.map((match) => match.workId),
  );

test('decided works count, rejected ones and unknown ones do not', async () => {
  const [a, b, c] = [newId('work'), newId('work'), newId('work')];
  const states = new Map<WorkId, [WorkState, number]>([
    [me, ['fingerprinted', 5]],
    [a, ['decided', 9]],
    [b, ['rejected', 1]],
  ]);
  assert.deepEqual(await settle(depsOf(states), [a, b, c]), [a]);
});

test('an undecided work with a later print is left to see us', async () => {
  const later = newId('work');
  const states = new Map<WorkId, [WorkState, number]>([
    [me, ['fingerprinted', 5]],
    [later, ['fingerprinted', 6]],
  ]);
  assert.deepEqual(await settle(depsOf(states), [later]), []);
});

for (const [end, counted] of [
  ['decided', true],
  ['in_review', true],
  ['rejected', false],
] as const) {
  test(`an undecided work with an earlier print is waited for: ${end}`, async () => {
    const earlier = newId('work');
    const states = new Map<WorkId, [WorkState, number]>([
      [me, ['fingerprinted', 5]],
      [earlier, ['fingerprinted', 4]],
    ]);
    const deps = depsOf(states, (reading) => {
      if (reading === 3) states.set(earlier, [end, 4]);
    });
    assert.deepEqual(await settle(deps, [earlier]), counted ? [earlier] : []);
  });
}

test('not for ever: the worker is given back', async () => {
  const earlier = newId('work');
  const states = new Map<WorkId, [WorkState, number]>([
    [me, ['fingerprinted', 5]],
    [earlier, ['fingerprinted', 4]],
  ]);
  let clock = 0;
  await assert.rejects(
    settle(
      depsOf(states, undefined, () => (clock += 1000)),
      [earlier],
    ),
    NotYet,
  );
});
