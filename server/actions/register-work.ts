import type { Digest } from '../domain/digest.ts';
import { newId, type WorkId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { Lane, Work } from '../domain/work.ts';
import { ConflictError } from '../errors.ts';
import { admitMedia, type MediaSource } from './admit-media.ts';
import type { Caller } from './caller.ts';
import type { Deps, OnCommit } from './deps.ts';
import { canSee, heldUntil, makesWay } from './unsigned-works.ts';

/** A creator's wish to register a work. */
export interface RegisterWork {
  readonly caller: Caller;
  readonly source: MediaSource;
  /** Default: the file's name. */
  readonly title: string | undefined;
  /** Lower-case address. */
  readonly owner: `0x${string}`;
  readonly lane: Lane;
}

/** The work as it was taken in, and the job that goes on with it. */
export interface RegisteredWork {
  readonly work: Work;
  readonly job: Job;
}

type Needs = Pick<Deps, 'db' | 'works' | 'uploads' | 'content' | 'jobs' | 'media' | 'unsigned' | 'now'>;

/**
 * Takes a work in: file, row and job are durable when it returns (`received`).
 *
 * Throws `already_registered` with the location of the work that has this content, `content_held` where the caller may not
 * see that, and what `admitMedia` throws; then nothing was written. A work that somebody else left unsigned does not stand against
 * this one, and makes way when it is accepted.
 */
export async function registerWork(
  deps: Needs,
  input: RegisterWork,
  onCommit: OnCommit<RegisteredWork>,
): Promise<RegisteredWork> {
  const { caller, source } = input;
  const contentHash =
    source.kind === 'file' ? source.file.sha256 : (`0x${source.contentId.slice('content_'.length)}` as const);
  // Asked before decoding, to spare the work, and again below for two at the same moment.
  if (source.kind === 'file') await refuseRegistered(deps, contentHash, input);
  const media = await admitMedia(deps, source, caller.keyId);
  const makingWay = await refuseRegistered(deps, contentHash, input);
  const result = await deps.db.transaction(async (sql) => {
    await deps.uploads.insertUpload(sql, media, { keyId: caller.keyId, fileName: media.fileName });
    const work = await deps.works.insertWork(sql, {
      id: newId('work'),
      medium: media.medium,
      title: input.title ?? media.fileName,
      fileName: media.fileName,
      mediaType: media.mediaType,
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      durationMs: media.durationMs,
      contentId: media.contentId,
      contentHash,
      owner: input.owner,
      lane: input.lane,
      keyId: caller.keyId,
    });
    // Of two at the same moment one wins the unique index, or was accepted since; the error takes our rows back.
    const others = (await deps.works.findWorksByContent(contentHash, sql)).filter(
      ({ id }) => id !== work?.id,
    );
    const standing = others.filter(({ id, state }) => id !== makingWay || state !== 'decided');
    if (!work || standing.length > 0) throw alreadyRegistered(deps, standing, caller);
    const job = await deps.jobs.enqueue(sql, {
      id: newId('job'),
      kind: 'process-work',
      subjectId: work.id,
      keyId: caller.keyId,
    });
    await onCommit(sql, { work, job });
    return { work, job };
  });
  deps.jobs.wake();
  return result;
}

/** The work that makes way for this one: left unsigned by somebody else. Null when there is none. */
async function refuseRegistered(
  deps: Needs,
  contentHash: Digest,
  { caller, owner }: RegisterWork,
): Promise<WorkId | null> {
  let makingWay: WorkId | null = null;
  const standing: Work[] = [];
  for (const work of await deps.works.findWorksByContent(contentHash)) {
    if (await makesWay(deps, work, { keyId: caller.keyId, owner })) makingWay = work.id;
    else standing.push(work);
  }
  if (standing.length > 0) throw alreadyRegistered(deps, standing, caller);
  return makingWay;
}

function alreadyRegistered(deps: Needs, standing: readonly Work[], caller: Caller): ConflictError {
  const work = standing.find((one) => canSee(one, caller)) ?? standing[0];
  if (!work) return new ConflictError('content_held', 'these bytes were uploaded at the same moment');
  if (!canSee(work, caller)) {
    // What somebody else has not signed is not shown, not even its id or owner.
    const until = heldUntil(deps, work);
    const isLimited = Number.isFinite(until);
    const extra = isLimited ? { heldUntil: new Date(until).toISOString() } : {};
    const detail =
      'these bytes were uploaded with another API key and are not signed yet; they are held ' +
      (isLimited ? `until ${new Date(until).toISOString()}, then they make way` : 'until they are decided');
    return new ConflictError('content_held', detail, { extra });
  }
  return new ConflictError(
    'already_registered',
    `these bytes are ${work.id}, registered at ${work.createdAt}`,
    {
      location: `/v1/works/${work.id}`,
      extra: { workId: work.id, state: work.state, owner: work.owner },
    },
  );
}
