import { z } from 'zod';
import { type CreatedKey, createKey } from '../../actions/create-key.ts';
import { revokeKey } from '../../actions/revoke-key.ts';
import type { ApiKey } from '../../domain/key.ts';
import { ANY_KEY, type Answer, defineRoute, type Route } from '../route.ts';
import {
  auditPageSchema,
  createdKeySchema,
  keyAnswerSchema,
  keyBody,
  keyListSchema,
  meSchema,
} from '../schemas/registry.ts';
import { idSchema, pageQuery } from '../schemas/words.ts';

const tag = 'Access';

/** Routes of API keys and the audit log. */
export const keyRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/keys',
    operation: 'create-key',
    tag,
    summary: 'Make an API key',
    description:
      'The secret is shown this once: it is kept nowhere, so a repetition under the same `Idempotency-Key` answers with an empty one.',
    auth: ['admin'],
    body: keyBody,
    responses: { 201: createdKeySchema },
    problems: ['invalid_request'],
    keepFirstAnswer: true,
    async handle(deps, call) {
      const answer = (key: ApiKey, secret: string): Answer => ({
        status: 201,
        headers: { Location: `/v1/keys/${key.id}` },
        body: { key, secret },
      });
      const hook = call.onCommit<CreatedKey>(({ key }) => ({
        subjectId: key.id,
        answer: answer(key, ''),
        facts: { name: key.name, role: key.role },
      }));
      const { key, secret } = await createKey(deps, call.body, hook);
      return answer(key, secret);
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/keys',
    operation: 'list-keys',
    tag,
    summary: 'List API keys',
    auth: ['admin'],
    responses: { 200: keyListSchema },
    problems: [],
    async handle(deps) {
      return { status: 200, body: { items: await deps.keys.listKeys(), nextCursor: null } };
    },
  }),
  defineRoute({
    method: 'delete',
    path: '/v1/keys/{id}',
    operation: 'revoke-key',
    tag,
    summary: 'Revoke an API key, from the next request on',
    auth: ['admin'],
    params: z.object({ id: idSchema('key') }),
    responses: { 200: keyAnswerSchema },
    problems: ['not_found', 'wrong_state'],
    async handle(deps, call) {
      const answer = (key: ApiKey): Answer => ({ status: 200, body: { key } });
      const hook = call.onCommit<ApiKey>((key) => ({ subjectId: key.id, answer: answer(key) }));
      return answer(await revokeKey(deps, { caller: call.caller, keyId: call.params.id }, hook));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/me',
    operation: 'read-me',
    tag,
    summary: 'Who the API key is',
    auth: ANY_KEY,
    responses: { 200: meSchema },
    problems: [],
    async handle(_deps, { caller }) {
      return { status: 200, body: { id: caller.keyId, name: caller.name, role: caller.role } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/audit-log',
    operation: 'list-audit-log',
    tag,
    summary: 'Every write, newest first',
    auth: ['admin'],
    query: z.strictObject({
      ...pageQuery,
      cursor: z
        .string()
        .regex(/^\d{1,15}$/)
        .optional(),
    }),
    responses: { 200: auditPageSchema },
    problems: ['invalid_request'],
    async handle(deps, { query }) {
      return { status: 200, body: await deps.audit.listAuditEntries(query) };
    },
  }),
];
