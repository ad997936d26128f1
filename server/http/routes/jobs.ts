import { z } from 'zod';
import { getJob } from '../../actions/read.ts';
import { followJob } from '../../actions/wait-for-job.ts';
import type { JobId } from '../../domain/ids.ts';
import type { HttpDeps } from '../http-deps.ts';
import { ANY_KEY, defineRoute, type Route, type StreamEvent } from '../route.ts';
import { jobSchema } from '../schemas/job.ts';
import { idSchema } from '../schemas/words.ts';

const params = z.object({ id: idSchema('job') });
const tag = 'Jobs';

/** Routes of jobs. A key sees its own; auditors and admins see all. */
export const jobRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/jobs/{id}',
    operation: 'get-job',
    tag,
    summary: 'Read a job',
    auth: ANY_KEY,
    params,
    responses: { 200: jobSchema },
    problems: ['not_found'],
    async handle(deps, call) {
      return { status: 200, body: await getJob(deps, call.params.id, call.caller) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/jobs/{id}/events',
    operation: 'follow-job',
    tag,
    summary: 'Progress of a job as server-sent events',
    description:
      '`progress` {stage, done, total}, `retry` {code, detail, inMs}, `end` {state, problem?}. `Last-Event-ID` goes on after that event.',
    auth: ANY_KEY,
    params,
    responses: { 200: 'text/event-stream' },
    problems: ['not_found'],
    async handle(deps, call) {
      const job = await getJob(deps, call.params.id, call.caller);
      return { status: 200, events: (signal) => toStream(deps, job.id, call.lastEventId, signal) };
    },
  }),
];

async function* toStream(
  deps: HttpDeps,
  id: JobId,
  after: number,
  signal: AbortSignal,
): AsyncGenerator<StreamEvent> {
  for await (const { seq, event, data } of followJob(deps, id, after, signal)) yield { id: seq, event, data };
}
