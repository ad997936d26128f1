import assert from 'node:assert/strict';
import type { ApiAnswer } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import type { TestApp } from '../../helpers/start-app.ts';

/** Runs a request that must be refused, and sees that it left nothing. */
export async function refusal(
  service: TestApp,
  code: string,
  status: number,
  call: () => Promise<ApiAnswer>,
): Promise<ApiAnswer> {
  const earlier = await footprint(service);
  const answer = await call();
  assert.equal(answer.body['code'], code, JSON.stringify(answer.body));
  assert.equal(answer.status, status);
  assert.equal(answer.headers.get('content-type'), 'application/problem+json; charset=utf-8');
  assert.equal(answer.body['status'], status);
  assert.ok(answer.body['title'] && answer.body['detail'] && answer.body['requestId']);
  assert.deepEqual(await footprint(service), earlier, 'something was left behind');
  return answer;
}
