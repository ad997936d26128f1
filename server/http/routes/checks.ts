import { z } from 'zod';
import { seesEverything } from '../../actions/caller.ts';
import { checkMedia, type StartedCheck } from '../../actions/check-media.ts';
import { getCheck } from '../../actions/read.ts';
import { renderPreview } from '../../actions/render-preview.ts';
import { waitForJob } from '../../actions/wait-for-job.ts';
import { hasEnded } from '../../domain/job.ts';
import { linkCheck } from '../links.ts';
import { mediaSource } from '../media-source.ts';
import { ANY_KEY, type Answer, defineRoute, type Route } from '../route.ts';
import {
  checkFields,
  checkPageSchema,
  checkSchema,
  plainQuery,
  startedCheckSchema,
} from '../schemas/check.ts';
import { idSchema } from '../schemas/words.ts';
import { MEDIA_PROBLEMS } from './media-problems.ts';
import { previewAnswer } from './works.ts';

const params = z.object({ id: idSchema('check') });
const tag = 'Checks';

/** Routes of checks. A key sees its own; auditors and admins see all. */
export const checkRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/checks',
    operation: 'check-media',
    tag,
    summary: 'Ask whether a file copies a registered work',
    description: 'With `Prefer: wait=SECONDS` the answer comes with the verdict (201).',
    auth: ['platform', 'creator', 'admin'],
    bodyType: 'multipart',
    body: checkFields,
    responses: { 201: startedCheckSchema, 202: startedCheckSchema },
    problems: MEDIA_PROBLEMS,
    async handle(deps, call) {
      const input = { caller: call.caller, source: mediaSource(call.file, call.body.contentId) };
      const hook = call.onCommit<StartedCheck>((started) => ({
        subjectId: started.check.id,
        answer: accepted(started),
        facts: { contentHash: started.check.contentHash },
      }));
      const started = await checkMedia(deps, input, hook);
      if (call.waitMs === 0) return accepted(started);
      const job = await waitForJob(deps, started.job.id, call.waitMs, call.signal);
      const check = await getCheck(deps, started.check.id, call.caller);
      return { ...accepted({ check, job }), status: hasEnded(job) ? 201 : 202 };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks',
    operation: 'list-checks',
    tag,
    summary: 'List checks, newest first',
    auth: ANY_KEY,
    query: plainQuery,
    responses: { 200: checkPageSchema },
    problems: ['invalid_request'],
    async handle(deps, { query, caller }) {
      const keyId = seesEverything(caller) ? undefined : caller.keyId;
      const page = await deps.checks.listChecks({ ...query, keyId });
      return { status: 200, body: { ...page, items: page.items.map(linkCheck) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}',
    operation: 'get-check',
    tag,
    summary: 'Read a check',
    auth: ANY_KEY,
    params,
    responses: { 200: checkSchema },
    problems: ['not_found'],
    async handle(deps, call) {
      return { status: 200, body: linkCheck(await getCheck(deps, call.params.id, call.caller)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}/preview',
    operation: 'preview-check',
    tag,
    summary: 'The working raster, what the model saw',
    auth: ANY_KEY,
    params,
    responses: { 200: 'image/webp' },
    problems: ['not_found', 'unknown_content'],
    async handle(deps, call) {
      const check = await getCheck(deps, call.params.id, call.caller);
      return previewAnswer(await renderPreview(deps, check));
    },
  }),
];

function accepted({ check, job }: StartedCheck): Answer {
  const headers = { Location: `/v1/checks/${check.id}` };
  return { status: 202, headers, body: { check: linkCheck(check), job } };
}
