/** The stub's routes; see stub-service.ts. */
import busboy from 'busboy';
import { verifyTypedData } from 'ethers';
import express, { type Express, type Request, type Response } from 'express';
import sharp from 'sharp';
import { newId } from '../../server/domain/ids.ts';
import { hammingDistance } from '../../server/domain/records/index.ts';
import type { Work } from '../../server/domain/work.ts';
import { addMediaRoutes } from './stub-media.ts';
import { anchorWork, consentFor, consider, newCheck, newWork, recordOf } from './stub-pipeline.ts';
import {
  problem,
  STUB_CHAIN,
  STUB_KEY,
  STUB_LEDGER,
  STUB_MODEL,
  STUB_REGISTRY,
  type StubState,
  sha256,
} from './stub-service.ts';

interface Upload {
  readonly fields: Readonly<Record<string, string>>;
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Buffer;
}

function readUpload(request: Request): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const fields: Record<string, string> = {};
    let file: Omit<Upload, 'fields'> = { name: '', mediaType: '', bytes: Buffer.alloc(0) };
    const parser = busboy({ headers: request.headers, defParamCharset: 'utf8' });
    parser.on('field', (name, value) => {
      fields[name] = value;
    });
    parser.on('file', (_name, stream, info) => {
      const parts: Buffer[] = [];
      stream.on('data', (part: Buffer) => parts.push(part));
      stream.on('end', () => {
        file = { name: info.filename ?? '', mediaType: info.mimeType, bytes: Buffer.concat(parts) };
      });
    });
    parser.on('close', () => resolve({ fields, ...file }));
    parser.on('error', reject);
    request.pipe(parser);
  });
}

const jobs = new Map<
  string,
  { readonly subject: { readonly state: string }; get: () => { state: string } }
>();

/** Adds every route that the console uses. */
export function addStubRoutes(app: Express, state: StubState): void {
  const api = express.Router();
  app.use('/v1', api);
  api.get('/registry', (_request, response) => {
    const works = [...state.works.values()];
    response.json({
      chainId: STUB_CHAIN,
      registry: STUB_REGISTRY,
      ledger: STUB_LEDGER,
      model: { name: 'stub', version: '0.1.0', digest: STUB_MODEL },
      policyVersion: '2026-1',
      works: { total: works.length, anchored: works.filter((work) => work.state === 'anchored').length },
      unsigned: { holdMs: 15 * 60_000, expireMs: 72 * 3_600_000 },
      head: null,
      rpcUrl: null,
      uploads: { media: ['image', 'video', 'audio', 'text'], maxFileBytes: state.maxFileBytes },
    });
  });
  api.use((request, response, next) => {
    const key = request.get('authorization');
    if (request.path.endsWith('/proof')) next();
    else if (key === undefined) problem(response, 'missing_key', 'Send it as a bearer token.');
    else if (key !== `Bearer ${STUB_KEY}`) problem(response, 'unknown_key', 'No key has this secret.');
    else next();
  });
  api.use(express.json());
  api.get(
    '/me',
    (_request, response) =>
      void response.json({ id: 'key_0', name: 'The stub’s administrator', role: 'admin' }),
  );
  for (const kind of ['works', 'checks', 'evidence'] as const) {
    api.get(`/${kind}`, (request, response) => {
      const wanted = request.query['state'];
      const all = [...state[kind].values()].filter(({ state }) => wanted === undefined || state === wanted);
      response.json({ items: all.reverse().slice(0, 25), nextCursor: null });
    });
    api.get(`/${kind}/:id`, (request, response) => {
      const found = state[kind].get(request.params.id);
      if (found === undefined) problem(response, 'not_found', `There is no ${request.params.id} here.`);
      else response.json(found);
    });
    api.get(`/${kind}/:id/preview`, async (request, response) => {
      const bytes = state.files.get(request.params.id);
      if (bytes === undefined) return problem(response, 'not_found', 'No preview is kept.');
      response
        .type('image/webp')
        .send(await sharp(bytes).resize(512, 512, { fit: 'inside' }).webp().toBuffer());
    });
  }
  addMediaRoutes(api, state);
  addWorkRoutes(api, state);
  addCheckRoutes(api, state);
  addJobRoutes(api, state);
}

function addWorkRoutes(api: express.Router, state: StubState): void {
  api.post('/works', async (request, response) => {
    const { fields, name, mediaType, bytes } = await readUpload(request);
    if (bytes.length === 0) return problem(response, 'empty_file', `${name} has no bytes.`);
    if (!mediaType.startsWith('image/') && !state.told.has(sha256(bytes)))
      return problem(response, 'unsupported_media', `${name} is ${mediaType}.`);
    const same = [...state.works.values()].find(
      (work) => work.contentHash === sha256(bytes) && work.state !== 'rejected',
    );
    if (same)
      return problem(response, 'already_registered', `It is on record as “${same.title}”.`, {
        location: `/v1/works/${same.id}`,
      });
    const work = await newWork(state, {
      title: fields['title'] ?? '',
      owner: fields['owner'] as `0x${string}`,
      name,
      mediaType,
      bytes,
    });
    consider(state, work.id);
    response
      .status(202)
      .location(`/v1/works/${work.id}`)
      .json({ work, job: startJob(() => state.works.get(work.id)!) });
  });
  const decided = (request: Request, response: Response): Work | null => {
    const work = state.works.get(String(request.params['id']));
    if (work?.state === 'decided') return work;
    problem(response, 'wrong_state', `The work is ${work?.state ?? 'unknown'}.`);
    return null;
  };
  api.get('/works/:id/signing-request', (request, response) => {
    const work = decided(request, response);
    if (work)
      response.json({ ...consentFor(recordOf(work)), deadline: Math.floor(Date.now() / 1000) + 3600 });
  });
  api.post('/works/:id/signature', (request, response) => {
    const work = decided(request, response);
    if (!work) return;
    const { domain, types, message } = consentFor(recordOf(work));
    const mutable = Object.fromEntries(Object.entries(types).map(([name, fields]) => [name, [...fields]]));
    const signer = verifyTypedData(domain, mutable, message, request.body.signature).toLowerCase();
    if (signer !== work.owner) return problem(response, 'invalid_signature', `It was made by ${signer}.`);
    const consent = {
      signature: request.body.signature,
      deadline: request.body.deadline,
      nonce: null,
      standing: null,
    };
    state.works.set(work.id, { ...work, state: 'recorded', consent });
    anchorWork(state, work.id);
    response.json({ work: state.works.get(work.id) });
  });
}

function addCheckRoutes(api: express.Router, state: StubState): void {
  api.post('/checks', async (request, response) => {
    const { name, mediaType, bytes } = await readUpload(request);
    if (bytes.length === 0) return problem(response, 'empty_file', `${name} has no bytes.`);
    const check = await newCheck(state, { name, mediaType, bytes });
    response.status(202).json({ check, job: startJob(() => state.checks.get(check.id)!) });
  });
  api.post('/evidence', (request, response) => {
    const { checkId, matchIndex = 0, sourceUrl = null, statement = null, accused = null } = request.body;
    const check = state.checks.get(checkId);
    const match = check?.verdict?.matches[matchIndex];
    const work = match && state.works.get(match.workId);
    if (!check?.code || !match || !work?.code)
      return problem(response, 'wrong_state', 'The check has no such match.');
    const now = new Date().toISOString();
    const evidence = {
      id: newId('evidence'),
      state: 'recorded' as const,
      checkId,
      workId: match.workId,
      keyId: check.keyId,
      match,
      sourceUrl,
      statement,
      accused,
      suspectHash: check.contentHash,
      suspectCode: check.code,
      hammingDistance: hammingDistance(work.code, check.code),
      evidenceRoot: sha256(Buffer.from(checkId)),
      evidenceCid: 'bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy',
      claimId: sha256(Buffer.from(`claim ${checkId}`)),
      transactionHash: null,
      blockNumber: null,
      blockTime: null,
      finalized: false,
      problem: null,
      createdAt: now,
      updatedAt: now,
    };
    state.evidence.set(evidence.id, evidence);
    setTimeout(() => {
      const at = {
        transactionHash: sha256(Buffer.from(evidence.id)),
        blockNumber: 214,
        blockTime: Math.floor(Date.now() / 1000),
      };
      state.evidence.set(evidence.id, { ...evidence, ...at, state: 'anchored', finalized: true });
    }, state.stepMs * 2);
    response.status(202).json({ evidence, job: startJob(() => state.evidence.get(evidence.id)!) });
  });
}

function startJob(get: () => { state: string }): { id: string } {
  const id = newId('job');
  jobs.set(id, { subject: get(), get });
  return { id };
}

const STAGES = ['decode', 'fingerprint', 'match', 'decide'];

function addJobRoutes(api: express.Router, state: StubState): void {
  api.get('/jobs/:id/events', async (request, response) => {
    const job = jobs.get(request.params.id);
    if (job === undefined) return problem(response, 'not_found', 'There is no such job.');
    response.type('text/event-stream');
    for (let stage = 0; stage < 40 && ['received', 'fingerprinted'].includes(job.get().state); stage++) {
      response.write(
        `event: progress\ndata: ${JSON.stringify({ stage: STAGES[Math.min(stage, 3)], done: stage, total: 4 })}\n\n`,
      );
      await new Promise((wake) => setTimeout(wake, state.stepMs / 2));
    }
    response.end(`event: end\ndata: ${JSON.stringify({ state: 'done' })}\n\n`);
  });
}
