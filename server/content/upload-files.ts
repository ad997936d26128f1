import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import { type ContentId, isId } from '../domain/ids.ts';
import { InputError, NotFoundError, UpstreamError } from '../errors.ts';
import type { ByteSource, StoredUpload } from './content-store.ts';
import { receiveFile, translateFileErrors } from './durable-files.ts';

/** Uploads as files named by the SHA-256 of their bytes. */
export class UploadFiles {
  readonly #directory: string;
  readonly #incoming: string;

  constructor(directory: string, incoming: string) {
    this.#directory = directory;
    this.#incoming = incoming;
  }

  async put(source: ByteSource, maxBytes?: number): Promise<StoredUpload> {
    const file = await receiveFile(this.#incoming, source, maxBytes);
    const contentId: ContentId = `content_${file.sha256.slice(2)}`;
    try {
      if (file.sizeBytes === 0) throw new InputError('empty_file', 'the file has no bytes');
      const before = await this.find(contentId);
      // The old file may have rotted, so the new one takes its place; the bytes are the same by their hash.
      await file.moveTo(this.#path(contentId));
      return {
        contentId,
        sha256: file.sha256,
        sizeBytes: file.sizeBytes,
        path: this.#path(contentId),
        created: before === null,
      };
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  async find(contentId: ContentId): Promise<StoredUpload | null> {
    if (!isId('content', contentId)) return null;
    const path = this.#path(contentId);
    const found = await translateFileErrors(() => stat(path).catch(nullWhenMissing));
    if (found === null) return null;
    const sha256: Digest = `0x${contentId.slice('content_'.length)}`;
    return { contentId, sha256, sizeBytes: found.size, path, created: false };
  }

  /** Hashes the file again, in pieces: a film may be larger than what can be read at once. */
  async hash(contentId: ContentId): Promise<Digest> {
    const upload = await this.find(contentId);
    if (upload === null) throw new NotFoundError('unknown_content', `${contentId} is not in the store`);
    const hash = createHash('sha256');
    await translateFileErrors(async () => {
      for await (const piece of createReadStream(upload.path)) hash.update(piece as Uint8Array);
    });
    const sha256: Digest = `0x${hash.digest('hex')}`;
    if (sha256 !== upload.sha256) {
      throw new UpstreamError('content_unavailable', `${contentId} is damaged on disk`);
    }
    return sha256;
  }

  async remove(contentId: ContentId): Promise<boolean> {
    if ((await this.find(contentId)) === null) return false;
    await translateFileErrors(() => rm(this.#path(contentId), { force: true }));
    return true;
  }

  async *list(): AsyncIterable<StoredUpload> {
    for (const prefix of await readdir(this.#directory).catch(noNames)) {
      for (const name of await readdir(join(this.#directory, prefix)).catch(noNames)) {
        const upload = await this.find(`content_${name}`);
        if (upload !== null) yield upload;
      }
    }
  }

  #path(contentId: ContentId): string {
    const hex = contentId.slice('content_'.length);
    return join(this.#directory, hex.slice(0, 2), hex);
  }
}

function noNames(): string[] {
  return [];
}

/** For `catch`: a missing file is an answer, everything else an error. */
export function nullWhenMissing(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
