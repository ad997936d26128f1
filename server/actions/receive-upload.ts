import { createHash } from 'node:crypto';
import type { ByteSource, StoredUpload } from '../content/content-store.ts';
import type { ContentId } from '../domain/ids.ts';
import type { Deps } from './deps.ts';

/**
 * Takes an upload in, streaming; it is durable when this returns. Call `releaseUpload` when the request is over,
 * however it ends.
 *
 * Throws `empty_file`, `body_too_large`, `upload_incomplete`, `disk_full`; nothing is left behind then.
 */
export async function receiveUpload(
  deps: Pick<Deps, 'content' | 'holds' | 'uploads'>,
  stream: AsyncIterable<Uint8Array>,
  maxBytes: number,
): Promise<StoredUpload> {
  let held: ContentId | null = null;
  // The hold must stand before the file takes its lasting name, so the hash is needed at the last byte.
  async function* watched(): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    for await (const chunk of stream) {
      hash.update(chunk);
      yield chunk;
    }
    held = `content_${hash.digest('hex')}`;
    deps.holds.take(held);
  }
  try {
    const source: ByteSource = watched();
    return await deps.content.putUpload(source, { maxBytes });
  } catch (error) {
    if (held) await releaseUpload(deps, held);
    throw error;
  }
}

/** Ends a request's hold on an upload. The file goes when no row refers to it and nobody else holds it. */
export async function releaseUpload(
  deps: Pick<Deps, 'content' | 'holds' | 'uploads'>,
  contentId: ContentId,
): Promise<void> {
  if (!deps.holds.drop(contentId)) return;
  try {
    const known = await deps.uploads.filterKnown([contentId]);
    if (!known.has(contentId)) await deps.content.removeUpload(contentId);
  } catch {
    // The database does not answer: the sweep at the next start decides.
  }
}

/** Removes uploads that no row refers to: a process died between the file and the row. Gives how many. */
export async function sweepUploads(deps: Pick<Deps, 'content' | 'uploads'>): Promise<number> {
  let removed = 0;
  let page: ContentId[] = [];
  const clean = async () => {
    const known = await deps.uploads.filterKnown(page);
    for (const id of page) {
      if (!known.has(id) && (await deps.content.removeUpload(id))) removed++;
    }
    page = [];
  };
  for await (const { contentId } of deps.content.listUploads()) {
    page.push(contentId);
    if (page.length === 500) await clean();
  }
  await clean();
  return removed;
}
