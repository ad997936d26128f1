import { z } from 'zod';
import { readRegistry } from '../../actions/read-registry.ts';
import { defineRoute, type Route } from '../route.ts';
import { fsckBody, fsckSchema, registrySchema } from '../schemas/registry.ts';

const tag = 'Registry';

/** Routes of the registry as a whole. */
export const registryRoutes: readonly Route[] = [
  defineRoute({
    method: 'get',
    path: '/v1/registry',
    operation: 'read-registry',
    tag,
    summary: 'Contracts, model, policy, counts and what may be uploaded',
    auth: 'public',
    responses: { 200: registrySchema },
    problems: [],
    async handle(deps) {
      const media = deps.media.all.map((path) => path.medium);
      const uploads = { media, maxFileBytes: deps.limits.maxFileBytes };
      return { status: 200, body: { ...(await readRegistry(deps)), uploads, rpcUrl: deps.publicRpcUrl } };
    },
  }),
  defineRoute({
    method: 'get',
    path: '/v1/contents/{cid}',
    operation: 'read-content',
    tag,
    summary: 'Public content by its CID: metadata, dossiers, batch manifests',
    auth: 'public',
    params: z.object({ cid: z.string().regex(/^[a-zA-Z0-9]{10,120}$/, 'is not a CID') }),
    responses: { 200: 'application/octet-stream' },
    problems: ['unknown_content', 'content_unavailable'],
    async handle(deps, call) {
      const data = await deps.content.get(call.params.cid);
      const headers = {
        'Cache-Control': 'public, max-age=31536000, immutable',
        // Content of others is data here, never a page of ours.
        'Content-Disposition': `attachment; filename="${call.params.cid}"`,
      };
      return { status: 200, headers, bytes: { type: 'application/octet-stream', data } };
    },
  }),
  defineRoute({
    method: 'post',
    path: '/v1/fsck',
    operation: 'run-fsck',
    tag,
    summary: 'Derive every digest, path and time again from the raw data',
    auth: ['auditor', 'admin'],
    description: 'With `deep` also every fingerprint is made again from its stored file.',
    body: fsckBody,
    responses: { 200: fsckSchema },
    problems: ['chain_unavailable'],
    async handle(deps, call) {
      const report = await deps.fsck(call.body);
      const answer = { status: 200, body: report };
      const facts = { ...call.body, clean: report.clean, problems: report.problems.length };
      await deps.db.transaction((sql) =>
        call.onCommit(() => ({ subjectId: 'registry', answer, facts }))(sql, undefined),
      );
      return answer;
    },
  }),
];
