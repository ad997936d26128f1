import type { Digest } from '../../server/domain/digest.ts';
import { type KeyId, newId, type WorkId } from '../../server/domain/ids.ts';
import type { Work } from '../../server/domain/work.ts';
import type { Db, Sql } from '../../server/store/db.ts';
import { createUploadStore } from '../../server/store/upload-store.ts';
import { createWorkStore } from '../../server/store/work-store.ts';

/** A work that is put into a registry behind the service's back. */
export type FilledWork = Pick<
  Work,
  'medium' | 'title' | 'fileName' | 'mediaType' | 'sizeBytes' | 'width' | 'height' | 'durationMs'
> & {
  /** SHA-256 hex of its bytes. */
  readonly sha256: string;
  /** What its print says: the code, null without a look, and the root over all leaves. */
  readonly code: Digest | null;
  readonly fingerprintRoot: Digest;
};

/** The first key of a database. Throws when the service was never started. */
export async function findFirstKey(db: Db): Promise<KeyId> {
  const [key] = await db.query<{ id: KeyId }>('select id from api_keys order by id limit 1');
  if (!key) throw new Error('the service has no key: start it once before');
  return key.id;
}

/**
 * Makes the function that puts works in, through the stores, in state `decided`, of an owner of their own: what is left out is
 * the check against the registry, the signature and the chain. `storePrint` gives the print's position. Null when the bytes
 * were there before.
 */
export function createFiller(db: Db, keyId: KeyId, modelDigest: Digest) {
  const works = createWorkStore(db);
  const uploads = createUploadStore(db);
  const verdict = {
    outcome: 'distinct',
    policyVersion: 'filled by the bench',
    modelDigest,
    matches: [],
    explanation: 'Not compared: filled by the bench.',
  } as const;
  return async (
    sql: Sql,
    { sha256, code, fingerprintRoot, ...facts }: FilledWork,
    storePrint: (workId: WorkId) => Promise<number>,
  ): Promise<{ readonly id: WorkId; readonly printPosition: number } | null> => {
    const upload = {
      contentId: `content_${sha256}`,
      contentHash: `0x${sha256}`,
      sizeBytes: facts.sizeBytes,
      mediaType: facts.mediaType,
    } as const;
    await uploads.insertUpload(sql, upload, { keyId, fileName: facts.fileName });
    const owner = `0x${'be'.repeat(20)}` as const;
    const work = await works.insertWork(sql, {
      ...facts,
      ...upload,
      id: newId('work'),
      owner,
      lane: 'batch',
      keyId,
    });
    if (!work) return null;
    const printPosition = await storePrint(work.id);
    const print = { code, fingerprintRoot, modelDigest, printPosition };
    await works.moveWork(sql, work.id, ['received'], 'fingerprinted', print);
    await works.moveWork(sql, work.id, ['fingerprinted'], 'decided', { verdict });
    return { id: work.id, printPosition };
  };
}
