import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
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

describe('the explanation of a picture', () => {
  const told = (changes: Parameters<typeof match>[2]) => {
    const reasons = [
      { kind: 'embedding', similarity: 0.6, normalized: 0.5, detail: 'the part is 60 % alike' },
    ];
    const verdict = decide([match('a', 0.95, { reasons: reasons as never, ...changes })], POLICY, MODEL);
    return verdict.explanation;
  };
  const still = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

  test('begins with what is copied and where, and ends with what that rests on', () => {
    const queryBox = { x: 0.02, y: 0.05, width: 0.29, height: 0.4 };
    assert.equal(
      told({ queryBox, transform: { ...still, a: 3.4, e: 2.5 } }),
      'This copies work_a: the top left of this picture, 29 % of its width and 40 % of its height, shows all of the work; the part is 60 % alike.',
    );
    const workBox = { x: 0.2, y: 0.55, width: 0.6, height: 0.4 };
    assert.match(
      told({ workBox, transform: null }),
      /: all of this picture shows the bottom of the work, 60 % of its width and 40 % of its height, the place is approximate; /,
    );
  });

  test('of a doubtful copy does not claim it', () => {
    const { explanation } = decide([match('a', 0.5, { reasons: [], transform: still })], POLICY, MODEL);
    assert.equal(
      explanation,
      'A person should compare this with work_a: all of this picture seems to show all of the work.',
    );
  });

  test('says how the picture stands beside the work', () => {
    const turn = (degrees: number, mirror = 1) => {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      return { ...still, a: mirror * cos, b: -mirror * sin, d: sin, e: cos };
    };
    const end = (transform: typeof still) => /shows all of the work(.*?);/.exec(told({ transform }))![1];
    assert.equal(end(still), '');
    assert.equal(end(turn(0, -1)), ', mirrored');
    assert.equal(end(turn(-90)), ', turned a quarter to the right');
    assert.equal(end(turn(90, -1)), ', mirrored, turned a quarter to the left');
    assert.equal(end(turn(180)), ', upside down');
    assert.equal(end(turn(-10)), ', tilted');
    assert.equal(end(turn(1)), '');
  });

  test('of the very same file says that and nothing else', () => {
    const verdict = decide([match('a', 1)], POLICY, MODEL);
    assert.equal(verdict.explanation, 'This copies work_a: the files are the same.');
  });
});

test('stretches of a film without a reason of their own are counted', () => {
  const reason = {
    kind: 'time',
    track: 'picture',
    agreeing: 9,
    samples: 9,
    detail: '0:01 shows 0:02',
  } as const;
  const segments = [1, 2, 3] as never;
  const verdict = decide([match('a', 1, { medium: 'video', reasons: [reason], segments })], POLICY, MODEL);
  assert.equal(verdict.explanation, 'This copies work_a: 0:01 shows 0:02; and 2 more stretches.');
});
