import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import { toHex } from '../domain/digest.ts';
import type { ContentId } from '../domain/ids.ts';
import { InputError, UpstreamError } from '../errors.ts';

/** A file that arrived whole and is on disk under a temporary name. */
export interface ReceivedFile {
  readonly path: string;
  readonly contentId: ContentId;
  readonly contentHash: Digest;
  readonly sizeBytes: number;
}

/** Bytes of uploads on disk, named by their SHA-256. */
export interface UploadFiles {
  /**
   * Writes a stream to a temporary file, hashing as it goes; synced to disk before it returns. When anything goes
   * wrong the file is gone. Throws `media_too_large` beyond `maxBytes`, `empty_file`, `disk_full`, and what the
   * stream throws.
   */
  receive(stream: AsyncIterable<Uint8Array>, maxBytes: number): Promise<ReceivedFile>;
  /** Moves a received file to its lasting name and syncs the folder. */
  keep(file: ReceivedFile): Promise<void>;
  /** Drops a received file that was not kept. */
  discard(file: ReceivedFile): Promise<void>;
  /** Removes a kept file. */
  remove(contentId: ContentId): Promise<void>;
  pathOf(contentId: ContentId): string;
  /** Removes what no row refers to: temporary files, and kept files that `known` does not have. */
  sweep(known: (contentIds: readonly ContentId[]) => Promise<ReadonlySet<ContentId>>): Promise<number>;
}

/** Upload files below `directory`, which is made when missing. */
export function createUploadFiles(directory: string): UploadFiles {
  const arriving = join(directory, 'arriving');
  const kept = join(directory, 'kept');
  mkdirSync(arriving, { recursive: true, mode: 0o700 });
  mkdirSync(kept, { recursive: true, mode: 0o700 });
  const pathOf = (contentId: ContentId) => {
    const hex = contentId.slice('content_'.length);
    return join(kept, hex.slice(0, 2), hex);
  };
  return {
    pathOf,
    receive: (stream, maxBytes) => receive(stream, join(arriving, randomUUID()), maxBytes),
    async keep(file) {
      const path = pathOf(file.contentId);
      await onDisk(async () => {
        mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
        await rename(file.path, path);
        await syncFolder(dirname(path));
      });
    },
    async discard(file) {
      await rm(file.path, { force: true });
    },
    async remove(contentId) {
      await rm(pathOf(contentId), { force: true });
    },
    async sweep(known) {
      let removed = 0;
      for (const name of await readdir(arriving)) {
        await rm(join(arriving, name), { force: true });
        removed++;
      }
      for (const shard of await readdir(kept)) {
        const ids = (await readdir(join(kept, shard))).map((hex) => `content_${hex}` as ContentId);
        const alive = await known(ids);
        for (const id of ids) {
          if (alive.has(id)) continue;
          await rm(pathOf(id), { force: true });
          removed++;
        }
      }
      return removed;
    },
  };
}

async function receive(
  stream: AsyncIterable<Uint8Array>,
  path: string,
  maxBytes: number,
): Promise<ReceivedFile> {
  const file = await onDisk(() => open(path, 'wx', 0o600));
  const hash = createHash('sha256');
  let sizeBytes = 0;
  try {
    for await (const chunk of stream) {
      sizeBytes += chunk.length;
      if (sizeBytes > maxBytes) {
        throw new InputError('media_too_large', `the file is larger than ${maxBytes} bytes`, {
          extra: { maxBytes },
        });
      }
      hash.update(chunk);
      await onDisk(() => file.writeFile(chunk));
    }
    if (sizeBytes === 0) throw new InputError('empty_file', 'the file has no bytes');
    await onDisk(() => file.sync());
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    throw error;
  }
  const contentHash = toHex(hash.digest());
  return { path, contentHash, sizeBytes, contentId: `content_${contentHash.slice(2)}` };
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Runs something that touches the disk; no space, or no right to write, becomes `disk_full`. */
async function onDisk<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code;
    if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'EFBIG') {
      throw new UpstreamError('disk_full', 'there is no space left for the upload', { cause });
    }
    throw cause;
  }
}
