import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { basename } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Job } from '../domain/job.ts';
import { checkSigningRequest } from '../domain/records/index.ts';
import type { Lane, Work } from '../domain/work.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import { problemOf, refusalOf } from './describe-refusal.ts';
import { followJob, SHORT_WAIT_S } from './follow-job.ts';
import type { OwnerKey, SigningRequest } from './owner-key.ts';
import { type Progress, startProgress } from './progress.ts';
import { runAll } from './run-all.ts';

/** What became of one file. `done` = recorded under the owner's key (now or earlier). */
export interface RegisterResult {
  readonly file: string;
  readonly outcome: 'registered' | 'already yours' | 'refused' | 'in review' | 'failed';
  /** The work that was made of it, also where that was turned away; null where none was. */
  readonly workId: string | null;
  readonly state: string | null;
  readonly code: string | null;
  readonly detail: string | null;
  /** Path of what exists already, when refused. */
  readonly existing: string | null;
  /** Of a work that was taken: what its owner should know, such as that its copies will not be found. */
  readonly warnings: readonly string[];
}

/** How to register. */
export interface RegisterOptions {
  readonly lane: Lane;
  readonly title: string | null;
  /** Wait until each work is anchored, at most so many seconds; 0 = return once recorded. */
  readonly anchorWaitS: number;
}

// Four uploads in flight keep the service's decoder and network busy; more only queue there.
const WIDTH = 4;
/** A film of hours on a slow machine; the service gives up by itself before that. */
const MOST_WAIT_S = 6 * 3600;
const POLL_MS = 500;
const UNDECIDED: readonly string[] = ['received', 'fingerprinted'];

/**
 * Registers files: uploads what the service does not hold yet, waits for the fingerprint, signs the record with the
 * owner's key and hands the signature in. Safe to repeat: work done earlier is found by its content and continued
 * where it stopped, so an interrupted run is resumed by running it again.
 */
export async function registerFiles(
  client: ApiClient,
  owner: OwnerKey,
  files: readonly string[],
  options: RegisterOptions,
): Promise<RegisterResult[]> {
  const bar = startProgress('registering', files.length);
  const inTurn = takeTurns();
  try {
    return await runAll(files, WIDTH, async (file) => {
      const register = async () => {
        const sha256 = await hashFile(file);
        return await inTurn(sha256, () => registerOne(client, owner, { file, sha256 }, options, bar));
      };
      const result = await register().catch((error: unknown) => {
        // Without a good key no other file fares better.
        if (error instanceof ApiProblem && error.status === 401) throw error;
        return failure(file, error);
      });
      bar.step(file);
      return result;
    });
  } finally {
    bar.stop();
  }
}

/** A file and the SHA-256 of its bytes in hex. */
interface HashedFile {
  readonly file: string;
  readonly sha256: string;
}

async function hashFile(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** Work for the same bytes is done one after the other: the second file finds the work of the first. */
function takeTurns(): <T>(sha256: string, work: () => Promise<T>) => Promise<T> {
  const last = new Map<string, Promise<unknown>>();
  return (sha256, work) => {
    const turn = (last.get(sha256) ?? Promise.resolve()).then(work);
    last.set(
      sha256,
      turn.catch(() => undefined),
    );
    return turn;
  };
}

async function registerOne(
  client: ApiClient,
  owner: OwnerKey,
  { file, sha256 }: HashedFile,
  options: RegisterOptions,
  bar: Progress,
): Promise<RegisterResult> {
  const uploaded = await upload(client, owner, { file, sha256 }, options);
  let work = uploaded.work;
  if (uploaded.existing && work.owner !== owner.address) {
    return {
      ...describe(file, 'refused', work),
      workId: null,
      state: null,
      code: 'already_registered',
      detail: `these bytes are ${work.id} of another owner, registered at ${work.createdAt}`,
      existing: `/v1/works/${work.id}`,
    };
  }
  if (uploaded.job && UNDECIDED.includes(work.state)) {
    await followJob(client, uploaded.job, MOST_WAIT_S, (progress) => bar.report(file, progress));
    work = await client.get<Work>(`/v1/works/${work.id}`);
  }
  work = await poll(client, work, MOST_WAIT_S, UNDECIDED);
  if (work.state === 'decided') work = await sign(client, owner, work, sha256);
  if (work.state === 'rejected') {
    return {
      ...describe(file, 'refused', work),
      code: work.problem?.code ?? null,
      detail: work.problem?.detail ?? null,
      warnings: [],
    };
  }
  if (work.state === 'in_review')
    return { ...describe(file, 'in review', work), detail: 'a person will look at it' };
  if (options.anchorWaitS > 0)
    work = await poll(client, work, options.anchorWaitS, ['recorded', 'submitted']);
  return describe(file, uploaded.existing ? 'already yours' : 'registered', work);
}

/** Finds the work of this content, or uploads the file. Bytes that the service holds already do not travel again. */
async function upload(
  client: ApiClient,
  owner: OwnerKey,
  { file, sha256 }: HashedFile,
  options: RegisterOptions,
): Promise<{ work: Work; job: Job | null; existing: boolean }> {
  const fields = { owner: owner.address, lane: options.lane, title: options.title ?? basename(file) };
  const call = { waitS: SHORT_WAIT_S };
  try {
    try {
      const answer = await client.postForm<{ work: Work; job: Job }>(
        '/v1/works',
        { ...fields, contentId: `content_${sha256}` },
        null,
        call,
      );
      return { ...answer, existing: false };
    } catch (error) {
      if (!(error instanceof ApiProblem && error.code === 'unknown_content')) throw error;
      const idempotencyKey = `register-${sha256}-${owner.address}-${options.lane}`;
      const answer = await client.postForm<{ work: Work; job: Job }>('/v1/works', fields, file, {
        ...call,
        idempotencyKey,
      });
      return { ...answer, existing: false };
    }
  } catch (error) {
    if (error instanceof ApiProblem && error.code === 'already_registered' && error.location !== null) {
      return {
        work: await client.get<Work>(new URL(error.location, 'http://service').pathname),
        job: null,
        existing: true,
      };
    }
    throw error;
  }
}

async function sign(client: ApiClient, owner: OwnerKey, work: Work, sha256: string): Promise<Work> {
  const request = await client.get<SigningRequest>(`/v1/works/${work.id}/signing-request`);
  const intent = { contentHash: `0x${sha256}`, owner: owner.address };
  const { main, standing } = checkSigningRequest(request, intent);
  const signature = await owner.sign(main);
  const answer = await client.post<{ work: Work }>(
    `/v1/works/${work.id}/signature`,
    {
      signature,
      deadline: request.deadline,
      nonce: request.nonce,
      standing: standing && (await owner.sign(standing)),
    },
    { idempotencyKey: `sign-${signature.slice(2, 66)}` },
  );
  return answer.work;
}

async function poll(
  client: ApiClient,
  start: Work,
  seconds: number,
  whileIn: readonly string[],
): Promise<Work> {
  let work = start;
  const until = Date.now() + seconds * 1000;
  while (whileIn.includes(work.state) && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    work = await client.get<Work>(`/v1/works/${work.id}`);
  }
  return work;
}

function describe(file: string, outcome: RegisterResult['outcome'], work: Work): RegisterResult {
  const { id: workId, state, verdict } = work;
  const warnings = verdict?.warnings ?? [];
  return { file, outcome, workId, state, code: null, detail: null, existing: null, warnings };
}

function failure(file: string, error: unknown): RegisterResult {
  const { code, detail } = problemOf(error);
  // A work that was turned away within the request is told of like one that was turned away later.
  const rejected = error instanceof ApiProblem ? error.body['workId'] : undefined;
  const isRejected = typeof rejected === 'string' && code !== 'already_registered';
  return {
    file,
    outcome: refusalOf(error instanceof ApiProblem ? code : null),
    workId: isRejected ? rejected : null,
    state: isRejected ? 'rejected' : null,
    code,
    detail,
    existing: error instanceof ApiProblem ? error.location : null,
    warnings: [],
  };
}
