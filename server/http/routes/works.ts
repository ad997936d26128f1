import { z } from 'zod';
import { type Caller, seesEverything } from '../../actions/caller.ts';
import { getWork } from '../../actions/read.ts';
import { type RegisteredWork, registerWork } from '../../actions/register-work.ts';
import { renderPreview } from '../../actions/render-preview.ts';
import { requestSignature } from '../../actions/request-signature.ts';
import { reviewWork } from '../../actions/review-work.ts';
import { signWork } from '../../actions/sign-work.ts';
import { canSee } from '../../actions/unsigned-works.ts';
import { waitForJob } from '../../actions/wait-for-job.ts';
import { hasEnded } from '../../domain/job.ts';
import type { Work } from '../../domain/work.ts';
import {
  type ColophonError,
  ConflictError,
  InputError,
  type ProblemCode,
  problemCodes,
} from '../../errors.ts';
import type { HttpDeps } from '../http-deps.ts';
import { linkWork } from '../links.ts';
import { mediaSource } from '../media-source.ts';
import { ANY_KEY, type Answer, defineRoute, type Route } from '../route.ts';
import { bundleSchema } from '../schemas/registry.ts';
import { idSchema } from '../schemas/words.ts';
import {
  registeredSchema,
  registerFields,
  reviewBody,
  signatureBody,
  signingRequestSchema,
  workAnswerSchema,
  workPageSchema,
  workQuery,
  workSchema,
} from '../schemas/work.ts';
import { MEDIA_PROBLEMS } from './media-problems.ts';

const params = z.object({ id: idSchema('work') });
const tag = 'Works';

/** Routes of works. */
export const workRoutes: readonly Route[] = [
  defineRoute({
    method: 'post',
    path: '/v1/works',
    operation: 'register-work',
    tag,
    summary: 'Register a work',
    description:
      'A part `file`, or the `contentId` of something this key uploaded before. With `Prefer: wait=SECONDS` the ' +
      'answer comes when the work is decided: 201, or 409 `copy_of_registered_work` with the match.',
    auth: ['creator', 'admin'],
    bodyType: 'multipart',
    body: registerFields,
    responses: { 201: registeredSchema, 202: registeredSchema },
    problems: ['already_registered', 'content_held', 'copy_of_registered_work', ...MEDIA_PROBLEMS],
    async handle(deps, call) {
      const { title, owner, lane, contentId } = call.body;
      const input = {
        caller: call.caller,
        source: mediaSource(call.file, contentId),
        title: title || undefined,
        owner: owner.toLowerCase() as `0x${string}`,
        lane,
      };
      const hook = call.onCommit<RegisteredWork>((taken) => ({
        subjectId: taken.work.id,
        answer: accepted(taken),
        facts: { contentHash: taken.work.contentHash, owner: taken.work.owner },
      }));
      const taken = await registerWork(deps, input, hook);
      if (call.waitMs === 0) return accepted(taken);
      const job = await waitForJob(deps, taken.job.id, call.waitMs, call.signal);
      const work = await getWork(deps, taken.work.id, call.caller);
      if (work.state === 'rejected') throw await rejection(deps, work, call.caller);
      return { ...accepted({ work, job }), status: hasEnded(job) ? 201 : 202 };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works',
    operation: 'list-works',
    tag,
    summary: 'List works, newest first',
    description:
      'Works that their owner has not signed are shown to the key that uploaded them, auditors and admins.',
    auth: ANY_KEY,
    query: workQuery,
    responses: { 200: workPageSchema },
    problems: ['invalid_request'],
    async handle(deps, { query, caller }) {
      const unsignedOf = seesEverything(caller) ? undefined : caller.keyId;
      const owner = query.owner?.toLowerCase();
      const page = await deps.works.listWorks({ ...query, owner, unsignedOf });
      return { status: 200, body: { ...page, items: page.items.map(linkWork) } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}',
    operation: 'get-work',
    tag,
    summary: 'Read a work',
    auth: ANY_KEY,
    params,
    responses: { 200: workSchema },
    problems: ['not_found'],
    async handle(deps, call) {
      return { status: 200, body: linkWork(await getWork(deps, call.params.id, call.caller)) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/signing-request',
    operation: 'request-signature',
    tag,
    summary: 'What the owner’s wallet has to sign (EIP-712)',
    auth: ['creator', 'admin'],
    params,
    responses: { 200: signingRequestSchema },
    problems: ['not_found', 'wrong_state', 'chain_unavailable'],
    async handle(deps, call) {
      const { id } = await getWork(deps, call.params.id, call.caller);
      return { status: 200, body: await requestSignature(deps, id) };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/works/{id}/signature',
    operation: 'sign-work',
    tag,
    summary: 'Hand in the owner’s signature',
    description: 'The record is immutable from here and goes to the chain by itself.',
    auth: ['creator', 'admin'],
    params,
    body: signatureBody,
    responses: { 200: workAnswerSchema },
    problems: [
      'not_found',
      'wrong_state',
      'invalid_signature',
      'signature_expired',
      'signature_replayed',
      'wrong_chain',
      'chain_unavailable',
    ],
    async handle(deps, call) {
      const { signature, deadline, nonce, standing } = call.body;
      const consent = {
        signature,
        deadline,
        nonce: nonce == null ? null : String(nonce),
        standing: standing ?? null,
      };
      const answer = (work: Work): Answer => ({ status: 200, body: { work: linkWork(work) } });
      const hook = call.onCommit<Work>((work) => ({ subjectId: work.id, answer: answer(work) }));
      const { id } = await getWork(deps, call.params.id, call.caller);
      return answer(await signWork(deps, { workId: id, consent }, hook));
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/works/{id}/review',
    operation: 'review-work',
    tag,
    summary: 'Decide about a work in review',
    description:
      'Accepting withdraws the works that look like this one, or have its bytes, and were left unsigned for too long. ' +
      'Where the owner of one of them has signed it since, the work is judged again instead (`fingerprinted`).',
    auth: ['admin'],
    params,
    body: reviewBody,
    responses: { 200: workAnswerSchema },
    problems: ['not_found', 'wrong_state'],
    async handle(deps, call) {
      const { decision, note } = call.body;
      const answer = (work: Work): Answer => ({ status: 200, body: { work: linkWork(work) } });
      const hook = call.onCommit<Work>((work) => ({
        subjectId: work.id,
        answer: answer(work),
        // Accepted is not yet taken: it may be judged again.
        facts: { decision, note, state: work.state },
      }));
      return answer(await reviewWork(deps, { workId: call.params.id, decision, note }, hook));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/proof',
    operation: 'export-work-proof',
    tag,
    summary: 'Self-contained proof of an anchored work',
    auth: 'public',
    params,
    responses: { 200: bundleSchema },
    problems: ['not_found', 'wrong_state'],
    async handle(deps, call) {
      return { status: 200, body: await deps.exportWorkProof(call.params.id) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/preview',
    operation: 'preview-work',
    tag,
    summary: 'The working raster, what the model saw',
    auth: ANY_KEY,
    params,
    responses: { 200: 'image/webp' },
    problems: ['not_found', 'unknown_content'],
    async handle(deps, call) {
      const work = await getWork(deps, call.params.id, call.caller);
      return previewAnswer(await renderPreview(deps, work));
    },
  }),
];

/** A WebP that never changes: the content behind an id is its hash. */
export function previewAnswer(data: Uint8Array): Answer {
  const headers = { 'Cache-Control': 'private, max-age=86400, immutable' };
  return { status: 200, headers, bytes: { type: 'image/webp', data } };
}

function accepted({ work, job }: RegisteredWork): Answer {
  return { status: 202, headers: { Location: `/v1/works/${work.id}` }, body: { work: linkWork(work), job } };
}

/** Why a work was rejected, as the problem of the request that waited for it. */
async function rejection(deps: HttpDeps, work: Work, caller: Caller): Promise<ColophonError> {
  const code = work.problem?.code ?? 'internal';
  const detail = work.problem?.detail ?? 'the work was rejected';
  const match = work.verdict?.matches[0];
  if (code !== 'copy_of_registered_work' || !match) {
    return new InputError(isProblemCode(code) ? code : 'internal', detail, { extra: { workId: work.id } });
  }
  // A work that is not signed yet is not shown: for this caller there is nothing at its place.
  const original = await deps.works.findWork(match.workId);
  const seen = original !== null && canSee(original, caller);
  return new ConflictError(code, detail, {
    ...(seen ? { location: `/v1/works/${match.workId}` } : {}),
    extra: { workId: work.id, match },
  });
}

function isProblemCode(code: string): code is ProblemCode {
  return (problemCodes() as readonly string[]).includes(code);
}
