import { z } from 'zod';
import { type FiledEvidence, fileEvidence } from '../../actions/file-evidence.ts';
import { getEvidence } from '../../actions/read.ts';
import { waitForJob } from '../../actions/wait-for-job.ts';
import { hasEnded } from '../../domain/job.ts';
import { linkEvidence } from '../links.ts';
import { ANY_KEY, type Answer, defineRoute, type Route } from '../route.ts';
import {
  evidenceBody,
  evidencePageSchema,
  evidenceQuery,
  evidenceSchema,
  filedSchema,
} from '../schemas/evidence.ts';
import { bundleSchema } from '../schemas/registry.ts';
import { idSchema } from '../schemas/words.ts';

const params = z.object({ id: idSchema('evidence') });
const tag = 'Evidence';

/** Routes of evidence. */
export const evidenceRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/evidence',
    operation: 'file-evidence',
    tag,
    summary: 'Make evidence of one match of a check',
    description:
      'The dossier is sealed and the claim goes to the chain by itself, after the work it is about. With ' +
      '`Prefer: wait=SECONDS` the answer comes when the claim is in the outbox (201).',
    auth: ['platform', 'creator', 'admin'],
    body: evidenceBody,
    responses: { 201: filedSchema, 202: filedSchema },
    problems: [
      'invalid_request',
      'not_found',
      'wrong_state',
      'already_filed',
      'content_unavailable',
      'disk_full',
    ],
    async handle(deps, call) {
      const { checkId, matchIndex, sourceUrl, statement, accused } = call.body;
      const input = {
        caller: call.caller,
        checkId,
        matchIndex,
        sourceUrl: sourceUrl ?? null,
        statement: statement || null,
        accused: (accused?.toLowerCase() as `0x${string}` | undefined) ?? null,
      };
      const hook = call.onCommit<FiledEvidence>((filed) => ({
        subjectId: filed.evidence.id,
        answer: accepted(filed),
        facts: { checkId, workId: filed.evidence.workId },
      }));
      const filed = await fileEvidence(deps, input, hook);
      if (call.waitMs === 0) return accepted(filed);
      const job = await waitForJob(deps, filed.job.id, call.waitMs, call.signal);
      const evidence = await getEvidence(deps, filed.evidence.id);
      return { ...accepted({ evidence, job }), status: hasEnded(job) ? 201 : 202 };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/evidence',
    operation: 'list-evidence',
    tag,
    summary: 'List evidence, newest first',
    auth: ANY_KEY,
    query: evidenceQuery,
    responses: { 200: evidencePageSchema },
    problems: ['invalid_request'],
    async handle(deps, { query }) {
      const page = await deps.evidence.listEvidence(query);
      return { status: 200, body: { ...page, items: page.items.map(linkEvidence) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/evidence/{id}',
    operation: 'get-evidence',
    tag,
    summary: 'Read evidence',
    auth: ANY_KEY,
    params,
    responses: { 200: evidenceSchema },
    problems: ['not_found'],
    async handle(deps, call) {
      return { status: 200, body: linkEvidence(await getEvidence(deps, call.params.id)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/evidence/{id}/proof',
    operation: 'export-evidence-proof',
    tag,
    summary: 'Self-contained proof of an anchored claim',
    auth: 'public',
    params,
    responses: { 200: bundleSchema },
    problems: ['not_found', 'wrong_state'],
    async handle(deps, call) {
      return { status: 200, body: await deps.exportEvidenceProof(call.params.id) };
    },
  }),
];

function accepted({ evidence, job }: FiledEvidence): Answer {
  const headers = { Location: `/v1/evidence/${evidence.id}` };
  return { status: 202, headers, body: { evidence: linkEvidence(evidence), job } };
}
