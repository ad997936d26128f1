import type { Digest } from '../domain/digest.ts';
import type { ContentId, KeyId } from '../domain/ids.ts';
import type { Db, Sql } from './db.ts';

/** An uploaded file that some work or check refers to. */
export interface Upload {
  readonly contentId: ContentId;
  readonly contentHash: Digest;
  readonly sizeBytes: number;
  readonly mediaType: string;
}

/** An upload as one of its holders named it. */
export interface HeldUpload extends Upload {
  readonly fileName: string;
}

/** Rows of uploaded files; the bytes are in the content store. */
export interface UploadStore {
  /** Remembers the upload and that this key holds its bytes. Idempotent. */
  insertUpload(sql: Sql, upload: Upload, holder: { keyId: KeyId; fileName: string }): Promise<void>;
  /** The upload when this key has shown that it holds the bytes; `keyId: null` finds it for anybody. */
  findUpload(contentId: ContentId, keyId: KeyId | null): Promise<HeldUpload | null>;
  /** Which of the ids have a row. */
  filterKnown(contentIds: readonly ContentId[]): Promise<ReadonlySet<ContentId>>;
}

/** Upload store on a database. */
export function createUploadStore(db: Db): UploadStore {
  return {
    async insertUpload(sql, upload, holder) {
      await sql.query(
        `insert into uploads (content_id, content_hash, size_bytes, media_type) values ($1, $2, $3, $4)
         on conflict (content_id) do nothing`,
        [upload.contentId, upload.contentHash, upload.sizeBytes, upload.mediaType],
      );
      await sql.query(
        `insert into upload_holders (content_id, key_id, file_name) values ($1, $2, $3)
         on conflict (content_id, key_id) do nothing`,
        [upload.contentId, holder.keyId, holder.fileName],
      );
    },
    async findUpload(contentId, keyId) {
      const [row] = await db.query<{
        content_hash: Digest;
        size_bytes: number;
        media_type: string;
        file_name: string;
      }>(
        `select u.*, h.file_name from uploads u join upload_holders h on h.content_id = u.content_id
         where u.content_id = $1 and ($2::text is null or h.key_id = $2) limit 1`,
        [contentId, keyId],
      );
      if (!row) return null;
      return {
        contentId,
        contentHash: row.content_hash,
        sizeBytes: row.size_bytes,
        mediaType: row.media_type,
        fileName: row.file_name,
      };
    },
    async filterKnown(contentIds) {
      const rows = await db.query<{ content_id: ContentId }>(
        'select content_id from uploads where content_id = any($1::text[])',
        [contentIds],
      );
      return new Set(rows.map((row) => row.content_id));
    },
  };
}
