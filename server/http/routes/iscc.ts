import { z } from 'zod';
import { findIscc } from '../../actions/find-iscc.ts';
import { readWorkIscc } from '../../actions/read-work-iscc.ts';
import { ANY_KEY, defineRoute, type Route } from '../route.ts';
import { isccMatchesSchema, isccParams, isccQuery, workIsccSchema } from '../schemas/iscc.ts';
import { idSchema } from '../schemas/words.ts';

const tag = 'ISCC';

/** Routes of the International Standard Content Code (ISO 24138). */
export const isccRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/iscc/{iscc}/matches',
    operation: 'match-iscc',
    tag,
    summary: 'Works whose ISCC is near a given one',
    description:
      'Each unit of an ISCC-CODE is looked for by itself: title, content, bytes, and the very file. Made for finding ' +
      'and for exchange with others; verdicts rest on our own fingerprint (`POST /v1/checks`).',
    auth: ['platform', 'creator', 'admin'],
    params: isccParams,
    query: isccQuery,
    responses: { 200: isccMatchesSchema },
    problems: ['invalid_request'],
    async handle(deps, { params, query, caller }) {
      const items = await findIscc(deps, { ...params, ...query }, caller);
      const linked = items.map((item) => ({ ...item, links: { work: `/v1/works/${item.workId}` } }));
      return { status: 200, body: { items: linked } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/iscc',
    operation: 'get-work-iscc',
    tag,
    summary: 'ISCC of a work with its units at full length',
    auth: ANY_KEY,
    params: z.object({ id: idSchema('work') }),
    responses: { 200: workIsccSchema },
    problems: ['not_found'],
    async handle(deps, call) {
      return { status: 200, body: await readWorkIscc(deps, call.params.id, call.caller) };
    },
  }),
];
