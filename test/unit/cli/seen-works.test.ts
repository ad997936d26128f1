/** Works that an answer names: each asked for once; those that this key may not see are told by their id. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ApiProblem } from '../../../server/cli/api-client.ts';
import { findWorks, nameWorks, worksOfCheck } from '../../../server/cli/seen-works.ts';
import { showMatch } from '../../../server/cli/show-match.ts';
import type { Check } from '../../../server/domain/check.ts';

const WORK = `work_${'a'.repeat(26)}` as const;
const OTHER = `work_${'b'.repeat(26)}` as const;
const EXPLANATION = `This copies ${WORK}, not ${OTHER}.`;

function problem(status: number, code: string): ApiProblem {
  return new ApiProblem(new Response(null, { status }), { code });
}

/** A client that gives what stands at a path, or throws it; remembers what it was asked. */
function clientOf(answers: Readonly<Record<string, unknown>>) {
  const asked: string[] = [];
  return {
    asked,
    async get<T>(path: string): Promise<T> {
      asked.push(path);
      const answer = answers[path] ?? problem(404, 'not_found');
      if (answer instanceof Error) throw answer;
      return answer as T;
    },
  };
}

const segment = {
  query: { kind: 'characters', start: 0, end: 5 },
  work: { kind: 'characters', start: 0, end: 5 },
};
const match = {
  workId: WORK,
  medium: 'text',
  similarity: 1,
  probability: 0.99,
  reasons: [],
  segments: [segment],
};
const check = {
  id: 'check_1',
  durationMs: null,
  verdict: { explanation: EXPLANATION, matches: [match] },
} as unknown as Check;
const excerpts = '/v1/checks/check_1/matches/0/excerpts';

describe('the works of a check', () => {
  test('are asked for once, and named by the titles that this key may see', async () => {
    const client = clientOf({ [`/v1/works/${WORK}`]: { title: 'Sunrise' }, [excerpts]: { items: [] } });
    const works = await findWorks(client, worksOfCheck(check));
    assert.equal(nameWorks(works, EXPLANATION), `This copies “Sunrise” (${WORK}), not ${OTHER}.`);
    assert.match(await showMatch(client, check, 0, works), /Sunrise/);
    assert.deepEqual(client.asked.toSorted(), [excerpts, `/v1/works/${WORK}`, `/v1/works/${OTHER}`]);
  });

  test('that are not there or not for this key are told without; another failure is one', async () => {
    for (const error of [problem(404, 'not_found'), problem(403, 'forbidden')])
      assert.equal((await findWorks(clientOf({ [`/v1/works/${WORK}`]: error }), [WORK])).size, 0);
    const failures = [problem(500, 'internal'), problem(401, 'unknown_key'), new TypeError('ours')];
    for (const error of failures)
      await assert.rejects(findWorks(clientOf({ [`/v1/works/${WORK}`]: error }), [WORK]), error);
  });

  test('excerpts that are gone are left out; another failure is one', async () => {
    const gone = clientOf({ [excerpts]: problem(404, 'unknown_content') });
    assert.match(await showMatch(gone, check, 0, new Map()), new RegExp(WORK));
    const broken = clientOf({ [excerpts]: problem(500, 'internal') });
    await assert.rejects(showMatch(broken, check, 0, new Map()), { code: 'internal' });
  });
});
