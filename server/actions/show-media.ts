import type { CheckId, WorkId } from '../domain/ids.ts';
import type { Medium } from '../domain/media.ts';
import { NotFoundError } from '../errors.ts';
import { type Caller, seesEverything } from './caller.ts';
import type { Deps } from './deps.ts';
import { type FileOwner, storedFile } from './media/stored-file.ts';
import { getCheck, getWork } from './read.ts';
import { getMatch } from './read-excerpts.ts';

type Needs = Pick<Deps, 'content' | 'media' | 'works' | 'checks'>;

/** Which frames of a video to show. */
export interface FramesWanted {
  readonly timesMs: readonly number[];
  /** Pixels of the strip. */
  readonly height: number;
}

/**
 * Frames of a work or check side by side, as JPEG. Throws `not_found` for a medium without frames, `unknown_content`,
 * and what decoding throws.
 */
export async function showFrames(
  deps: Needs,
  of: FileOwner & { readonly medium: Medium },
  wanted: FramesWanted,
): Promise<Uint8Array> {
  const path = deps.media.of(of.medium);
  if (!path.frames) throw new NotFoundError('not_found', `there are no frames of a ${of.medium}`);
  return await path.frames(await storedFile(deps, of), wanted.timesMs, wanted.height);
}

/**
 * How alike every moment of a checked file and of the matched work are, as PNG. Throws what `getMatch` throws, and
 * `not_found` where that is not known.
 */
export async function showMatrix(
  deps: Needs,
  request: { readonly id: CheckId; readonly index: number; readonly caller: Caller },
): Promise<Uint8Array> {
  const { check, match } = await getMatch(deps, request.id, request.index, request.caller);
  const picture = await deps.media.of(check.medium).matrix?.(check.id, match);
  if (!picture) throw new NotFoundError('not_found', `there is no matrix of ${check.id}`);
  return picture;
}

/** A file to send: where it lies, and what it is. */
export interface OwnFile {
  readonly path: string;
  readonly mediaType: string;
}

/** The bytes of a work, for the key that registered it and for admins and auditors. Throws `not_found` for others. */
export async function openWorkFile(deps: Needs, id: WorkId, caller: Caller): Promise<OwnFile> {
  const work = await getWork(deps, id, caller);
  if (work.keyId !== caller.keyId && !seesEverything(caller))
    throw new NotFoundError('not_found', `the bytes of ${id} are its creator’s`);
  return await openFile(deps, work);
}

/** The bytes of a check that the caller may see. Throws `not_found`, `unknown_content`. */
export async function openCheckFile(deps: Needs, id: CheckId, caller: Caller): Promise<OwnFile> {
  return await openFile(deps, await getCheck(deps, id, caller));
}

async function openFile(deps: Needs, of: FileOwner): Promise<OwnFile> {
  const { path } = await storedFile(deps, of);
  return { path, mediaType: of.mediaType };
}
