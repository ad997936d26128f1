import type { Check } from '../domain/check.ts';
import { newId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import { admitMedia, type MediaSource } from './admit-media.ts';
import type { Caller } from './caller.ts';
import type { Deps, OnCommit } from './deps.ts';

/** The check as it was taken in, and the job that answers it. */
export interface StartedCheck {
  readonly check: Check;
  readonly job: Job;
}

type Needs = Pick<Deps, 'db' | 'checks' | 'uploads' | 'content' | 'jobs' | 'media'>;

/** Takes in the question whether some media copies a registered work. Throws what `admitMedia` throws. */
export async function checkMedia(
  deps: Needs,
  input: { readonly caller: Caller; readonly source: MediaSource },
  onCommit: OnCommit<StartedCheck>,
): Promise<StartedCheck> {
  const { caller, source } = input;
  const media = await admitMedia(deps, source, caller.keyId);
  const result = await deps.db.transaction(async (sql) => {
    await deps.uploads.insertUpload(sql, media, { keyId: caller.keyId, fileName: media.fileName });
    const check = await deps.checks.insertCheck(sql, {
      id: newId('check'),
      medium: media.medium,
      fileName: media.fileName,
      mediaType: media.mediaType,
      sizeBytes: media.sizeBytes,
      width: media.width,
      height: media.height,
      durationMs: media.durationMs,
      contentId: media.contentId,
      contentHash: media.contentHash,
      keyId: caller.keyId,
    });
    const job = await deps.jobs.enqueue(sql, {
      id: newId('job'),
      kind: 'process-check',
      subjectId: check.id,
      keyId: caller.keyId,
    });
    await onCommit(sql, { check, job });
    return { check, job };
  });
  deps.jobs.wake();
  return result;
}
