import { z } from 'zod';
import { getCheck, getWork } from '../../actions/read.ts';
import { readExcerpts } from '../../actions/read-excerpts.ts';
import {
  type OwnFile,
  openCheckFile,
  openWorkFile,
  showFrames,
  showMatrix,
} from '../../actions/show-media.ts';
import { ANY_KEY, type Answer, defineRoute, type Route } from '../route.ts';
import { excerptsSchema } from '../schemas/check.ts';
import { idSchema } from '../schemas/words.ts';

const workParams = z.object({ id: idSchema('work') });
const checkParams = z.object({ id: idSchema('check') });
const matchParams = z.object({ id: idSchema('check'), index: z.coerce.number().int().min(0).max(1000) });
const framesQuery = z.strictObject({
  ms: z
    .string()
    .regex(/^\d{1,9}(,\d{1,9}){0,23}$/, 'must be up to 24 times in milliseconds, with commas between')
    .meta({ description: 'Times in milliseconds, with commas between; at most 24' }),
  height: z.coerce.number().int().min(16).max(180).default(90),
});
const tag = 'Media';
const DECODING = ['not_found', 'unknown_content', 'corrupt_media', 'invalid_request'] as const;

/** Routes that show media: what the console draws a match from. */
export const mediaRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/frames',
    operation: 'frames-of-work',
    tag,
    summary: 'Small frames of a registered video, side by side',
    auth: ANY_KEY,
    params: workParams,
    query: framesQuery,
    responses: { 200: 'image/jpeg' },
    problems: DECODING,
    async handle(deps, { params, query, caller }) {
      return picture(
        'image/jpeg',
        await showFrames(deps, await getWork(deps, params.id, caller), wanted(query)),
      );
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}/frames',
    operation: 'frames-of-check',
    tag,
    summary: 'Small frames of a checked video, side by side',
    auth: ANY_KEY,
    params: checkParams,
    query: framesQuery,
    responses: { 200: 'image/jpeg' },
    problems: DECODING,
    async handle(deps, { params, query, caller }) {
      const check = await getCheck(deps, params.id, caller);
      return picture('image/jpeg', await showFrames(deps, check, wanted(query)));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}/matches/{index}/matrix',
    operation: 'match-matrix',
    tag,
    summary: 'How alike every moment of the two videos or sounds are',
    description:
      'Downwards the time of the checked file, to the right that of the work, both even from 0 to `durationMs`; the ' +
      'brighter, the more alike.',
    auth: ANY_KEY,
    params: matchParams,
    responses: { 200: 'image/png' },
    problems: ['not_found', 'wrong_state', 'invalid_request'],
    async handle(deps, { params: { id, index }, caller }) {
      return picture('image/png', await showMatrix(deps, { id, index, caller }));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}/matches/{index}/excerpts',
    operation: 'read-excerpts',
    tag,
    summary: 'The wording of a match of texts, on both sides',
    description:
      'Of the checked file the copied stretches and what stands around them; of the registered work at most the ' +
      'copied stretches, each cut to 2,000 characters: checking is no way to read a work.',
    auth: ANY_KEY,
    params: matchParams,
    responses: { 200: excerptsSchema },
    problems: ['not_found', 'wrong_state', 'unknown_content', 'invalid_request'],
    async handle(deps, { params: { id, index }, caller }) {
      return { status: 200, body: await readExcerpts(deps, { id, index, caller }) };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/works/{id}/media',
    operation: 'media-of-work',
    tag,
    summary: 'The registered bytes, for the key that sent them',
    description: 'Takes `Range`.',
    auth: ANY_KEY,
    params: workParams,
    responses: { 200: 'application/octet-stream' },
    problems: ['not_found', 'unknown_content'],
    async handle(deps, { params, caller }) {
      return fileAnswer(await openWorkFile(deps, params.id, caller));
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/checks/{id}/media',
    operation: 'media-of-check',
    tag,
    summary: 'The checked bytes, for the key that sent them',
    description: 'Takes `Range`.',
    auth: ANY_KEY,
    params: checkParams,
    responses: { 200: 'application/octet-stream' },
    problems: ['not_found', 'unknown_content'],
    async handle(deps, { params, caller }) {
      return fileAnswer(await openCheckFile(deps, params.id, caller));
    },
  }),
];

function wanted(query: z.infer<typeof framesQuery>) {
  return { timesMs: query.ms.split(',').map(Number), height: query.height };
}

function picture(type: string, data: Uint8Array): Answer {
  return { status: 200, headers: { 'Cache-Control': 'private, max-age=86400' }, bytes: { type, data } };
}

function fileAnswer({ path, mediaType }: OwnFile): Answer {
  // Content of others is data here, never a page of ours: a player fetches it, nothing opens it.
  const headers = { 'Content-Disposition': 'attachment', 'Cache-Control': 'private, max-age=86400' };
  return { status: 200, headers, file: { type: mediaType, path } };
}
