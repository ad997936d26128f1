import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { ContentReplica, ContentStore } from './content-store.ts';
import { emptyDirectory, translateFileErrors } from './durable-files.ts';
import { PublicFiles } from './public-files.ts';
import { UploadFiles } from './upload-files.ts';

/** Where content lies. */
export interface ContentOptions {
  /** Made when missing. */
  readonly directory: string;
  /** An IPFS node that keeps a second copy of public content. */
  readonly replica?: ContentReplica | null;
  /** Pause between tries to bring the replica up to date; default 30,000. */
  readonly replicateEveryMs?: number;
}

/**
 * Opens the embedded content store: public content under its CID, uploads by SHA-256, both as plain files.
 * Throws `UpstreamError('disk_full' | 'content_unavailable')`.
 */
export async function openContentStore(options: ContentOptions): Promise<ContentStore> {
  const { directory } = options;
  const incoming = join(directory, 'incoming');
  await translateFileErrors(async () => {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await emptyDirectory(incoming);
  });
  const files = new PublicFiles(directory, incoming, options.replica ?? null);
  const uploads = new UploadFiles(join(directory, 'uploads'), incoming);
  // A replica that was down must not need another `put` to catch up.
  const timer = setInterval(() => void files.replicatePending(), options.replicateEveryMs ?? 30_000);
  timer.unref();
  return {
    put: (bytes) => files.put(bytes),
    get: (cid) => files.get(cid),
    has: async (cid) => (await files.stat(cid)) !== null,
    stat: (cid) => files.stat(cid),
    pin: (cid) => files.pin(cid),
    list: () => files.list(),
    putUpload: (source, limits) => uploads.put(source, limits?.maxBytes),
    upload: (contentId) => uploads.find(contentId),
    hashUpload: (contentId) => uploads.hash(contentId),
    removeUpload: (contentId) => uploads.remove(contentId),
    listUploads: () => uploads.list(),
    async close() {
      clearInterval(timer);
      await files.settle();
    },
  };
}
