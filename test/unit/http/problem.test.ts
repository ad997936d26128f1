import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { ConflictError, InputError, problemCodes, problemEntry } from '../../../server/errors.ts';
import { checkAnswer } from '../../../server/http/answer.ts';
import { asColophonError, parsePart, toProblem } from '../../../server/http/problem.ts';
import { defineRoute } from '../../../server/http/route.ts';
import { addressSchema, idSchema } from '../../../server/http/schemas/words.ts';

test('a problem carries code, status, location and extra facts', () => {
  const error = new ConflictError('already_registered', 'here', {
    location: '/v1/works/w',
    extra: { workId: 'w' },
  });
  assert.deepEqual(toProblem(error, 'r1'), {
    type: 'urn:colophon:problem:already_registered',
    title: problemEntry('already_registered').title,
    status: 409,
    detail: 'here',
    code: 'already_registered',
    retryable: false,
    location: '/v1/works/w',
    requestId: 'r1',
    workId: 'w',
  });
});

test('extra facts cannot overwrite what a problem is', () => {
  const error = new InputError('empty_file', 'no bytes', { extra: { status: 200, code: 'ok' } });
  assert.equal(toProblem(error).status, 422);
  assert.equal(toProblem(error).code, 'empty_file');
});

test('a bad id is named once', () => {
  const schema = z.object({ id: idSchema('work') });
  for (const id of ['work_1', `check_${'0'.repeat(26)}`, `work_${'u'.repeat(26)}`]) {
    assert.throws(() => parsePart(schema, { id }, 'path'), {
      message: `id (“${id}”) is not the id of a work`,
    });
  }
  assert.deepEqual(parsePart(schema, { id: `work_${'0'.repeat(26)}` }, 'path'), {
    id: `work_${'0'.repeat(26)}`,
  });
});

test('what we did not foresee tells nothing of itself', () => {
  const problem = toProblem(new Error('password=hunter2 at /etc'));
  assert.equal(problem.status, 500);
  assert.equal(problem.code, 'internal');
  assert.ok(!JSON.stringify(problem).includes('hunter2'));
});

test('errors of body parsers are the caller’s', () => {
  const of = (type: string) => asColophonError(Object.assign(new Error('x'), { type })).code;
  assert.equal(of('entity.too.large'), 'body_too_large');
  assert.equal(of('entity.parse.failed'), 'invalid_request');
  assert.equal(of('request.aborted'), 'upload_incomplete');
  assert.equal(of('encoding.unsupported'), 'invalid_request');
  assert.equal(asColophonError(new URIError('%')).code, 'invalid_request');
});

test('a part that does not fit names its fields', () => {
  const schema = z.strictObject({ owner: z.string(), lane: z.enum(['a', 'b']) });
  assert.throws(
    () => parsePart(schema, { lane: 'c', colour: 1 }, 'form'),
    (error) =>
      error instanceof InputError &&
      error.code === 'invalid_request' &&
      /owner/.test(error.message) &&
      /colour/.test(error.message),
  );
});

test('what is wrong with a request is told in sentences, without the words of our schemas', () => {
  const schema = z.strictObject({
    limit: z.coerce.number().int().min(1).max(200).default(50),
    title: z.string().max(5).optional(),
    name: z.string().min(1).optional(),
    lane: z.enum(['a', 'b']).optional(),
    owner: addressSchema.optional(),
    url: z.url().optional(),
    deadline: z.number().optional(),
    checkId: idSchema('check').optional(),
  });
  const told = (value: object) => {
    try {
      parsePart(schema, value, 'body');
    } catch (error) {
      return (error as InputError).message;
    }
    return null;
  };
  for (const [value, words] of [
    [{ limit: '0' }, 'limit must be at least 1'],
    [{ limit: '900' }, 'limit may be 200 at most'],
    [{ limit: 'many' }, 'limit must be a number'],
    [{ limit: '1.5' }, 'limit must be a whole number'],
    [{ title: 'longer' }, 'title may have 5 characters at most'],
    [{ name: '' }, 'name may not be empty'],
    [{ lane: 'c' }, 'lane must be one of a, b'],
    [{ owner: 'me' }, 'owner (“me”) is not an address: 0x and 40 hex digits'],
    [{ owner: `0x${'z'.repeat(99)}` }, 'owner is not an address: 0x and 40 hex digits'],
    [{ url: 'x' }, 'url (“x”) is not a URL that is taken here'],
    [{ deadline: 'x' }, 'deadline must be a number'],
    [{ checkId: 'bell\u0007' }, 'checkId is not the id of a check'],
    [{ colour: 1 }, 'there is no field “colour”'],
    [
      { colour: 1, owner: 'me' },
      'owner (“me”) is not an address: 0x and 40 hex digits; there is no field “colour”',
    ],
    [{ name: 'a\0' }, 'no text may hold the character U+0000'],
  ] as const)
    assert.equal(told(value), words);
  assert.throws(() => parsePart(z.object({ owner: addressSchema }), {}, 'form'), {
    message: 'owner is missing',
    extra: { errors: [{ where: 'form', field: 'owner', detail: 'is missing' }] },
  });
});

test('an answer that does not fit its own schema is our fault, and extra fields do not leak', () => {
  const route = defineRoute({
    method: 'get',
    path: '/v1/x',
    operation: 'x',
    tag: 'X',
    summary: 'x',
    auth: 'public',
    responses: { 200: z.object({ id: z.string() }) },
    problems: [],
    handle: async () => ({ status: 200 }),
  });
  assert.deepEqual(checkAnswer(route, { status: 200, body: { id: 'a', secret: 1 } }).body, { id: 'a' });
  for (const answer of [
    { status: 200, body: { id: 1 } },
    { status: 201, body: { id: 'a' } },
  ]) {
    assert.throws(
      () => checkAnswer(route, answer),
      (error) => asColophonError(error).code === 'internal',
    );
  }
});

test('every code has a status that fits its class', () => {
  for (const code of problemCodes()) {
    const { status, title } = problemEntry(code);
    assert.ok(status >= 400 && status < 600, code);
    assert.ok(title.length > 5, code);
  }
});
