import { createHash } from 'node:crypto';
import type { ContentId, KeyId } from '../../server/domain/ids.ts';
import { newId } from '../../server/domain/ids.ts';
import type { Db } from '../../server/store/db.ts';
import { createKeyStore } from '../../server/store/key-store.ts';
import { createUploadStore } from '../../server/store/upload-store.ts';
import type { NewWork } from '../../server/store/work-store.ts';

/** A key in the database. */
export async function insertKey(db: Db): Promise<KeyId> {
  const id = newId('key');
  await createKeyStore(db).insertKey(db, { id, name: 'test', role: 'admin', secretHash: 'none' });
  return id;
}

/** A work as it would be inserted, its upload row written; `seed` makes the content. */
export async function sampleWork(
  db: Db,
  keyId: KeyId,
  seed: string,
  changes: Partial<NewWork> = {},
): Promise<NewWork> {
  const hex = createHash('sha256').update(seed).digest('hex');
  const contentId: ContentId = `content_${hex}`;
  const upload = { contentId, contentHash: `0x${hex}` as const, sizeBytes: 10, mediaType: 'image/png' };
  await createUploadStore(db).insertUpload(db, upload, { keyId, fileName: 'a.png' });
  return {
    ...upload,
    id: newId('work'),
    medium: 'image',
    title: 'a',
    fileName: 'a.png',
    width: 4,
    height: 3,
    durationMs: null,
    owner: `0x${'ab'.repeat(20)}`,
    lane: 'batch',
    keyId,
    ...changes,
  };
}
