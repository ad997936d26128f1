import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { isDigest } from '../domain/digest.ts';
import { NotFoundError, UpstreamError } from '../errors.ts';
import { cidOf, IMPORTER } from '../pipeline/record/index.ts';
import type { ByteSource, ContentReplica, StoredContent } from './content-store.ts';
import { receiveFile, translateFileErrors, writeDurably } from './durable-files.ts';
import { importFile } from './import-file.ts';
import { nullWhenMissing } from './upload-files.ts';

/** CID v1 in base 32: nothing in it can climb out of a directory. */
const CID = /^b[a-z2-7]{20,100}$/;

/**
 * Public content: `public/<cid>` holds the bytes, `public/<cid>.json` what is known of them, and
 * `unreplicated/<cid>` stands as long as the replica lacks it.
 */
export class PublicFiles {
  readonly #directory: string;
  readonly #waiting: string;
  readonly #incoming: string;
  readonly #replica: ContentReplica | null;
  #replicating: Promise<void> | null = null;

  constructor(root: string, incoming: string, replica: ContentReplica | null) {
    this.#directory = join(root, 'public');
    this.#waiting = join(root, 'unreplicated');
    this.#incoming = incoming;
    this.#replica = replica;
  }

  async put(bytes: ByteSource): Promise<StoredContent> {
    const file = await receiveFile(this.#incoming, bytes);
    try {
      const cid = await translateFileErrors(() => importFile(file.path, IMPORTER));
      const stored: StoredContent = {
        cid,
        sha256: file.sha256,
        sizeBytes: file.sizeBytes,
        importer: IMPORTER,
      };
      if (this.#replica !== null) await writeDurably(this.#incoming, join(this.#waiting, cid), '');
      await file.moveTo(this.#path(cid));
      // The description comes last: with it the content exists.
      await writeDurably(this.#incoming, `${this.#path(cid)}.json`, `${JSON.stringify(stored)}\n`);
      void this.replicatePending();
      return stored;
    } catch (error) {
      await file.discard();
      throw error;
    }
  }

  async get(cid: string): Promise<Uint8Array> {
    const stored = await this.stat(cid);
    const bytes = stored === null ? null : await this.#read(cid);
    if (stored !== null && bytes !== null && cidOf(bytes, stored.importer) === cid) return bytes;
    const copy = CID.test(cid) ? await this.#fromReplica(cid) : null;
    if (copy !== null) return copy;
    if (bytes !== null) throw new UpstreamError('content_unavailable', `${cid} is damaged on disk`);
    throw new NotFoundError('unknown_content', `${cid} is not in the store`);
  }

  async stat(cid: string): Promise<StoredContent | null> {
    if (!CID.test(cid)) return null;
    const path = `${this.#path(cid)}.json`;
    const text = await translateFileErrors(() => readFile(path, 'utf8').catch(nullWhenMissing));
    return text === null ? null : parseStored(cid, text);
  }

  async pin(cid: string): Promise<void> {
    const bytes = await this.get(cid);
    if (this.#replica === null) return;
    await this.#addToReplica(cid, bytes);
    await this.#replica.pin(cid);
  }

  async *list(): AsyncIterable<StoredContent> {
    const names = await translateFileErrors(() => readdir(this.#directory).catch(nullWhenMissing));
    for (const name of names ?? []) {
      const stored = name.endsWith('.json') ? await this.stat(name.slice(0, -5)) : null;
      if (stored !== null) yield stored;
    }
  }

  /** Brings the replica up to date as far as it answers. Never throws: it is tried again. */
  async replicatePending(): Promise<void> {
    this.#replicating ??= this.#replicate().finally(() => {
      this.#replicating = null;
    });
    await this.#replicating;
  }

  /** Waits for replication under way. */
  async settle(): Promise<void> {
    await this.#replicating;
  }

  async #replicate(): Promise<void> {
    if (this.#replica === null) return;
    try {
      for (const cid of await readdir(this.#waiting)) {
        const bytes = await this.#read(cid);
        if (bytes !== null) await this.#addToReplica(cid, bytes);
        await rm(join(this.#waiting, cid), { force: true });
      }
    } catch {
      // The mark stays; the local copy is whole.
    }
  }

  async #addToReplica(cid: string, bytes: Uint8Array): Promise<void> {
    const computed = await this.#replica?.add(bytes, IMPORTER);
    // Under another CID nobody would ever find it there.
    if (computed !== cid)
      throw new UpstreamError('content_unavailable', `the replica calls ${cid} ${computed}`);
  }

  async #fromReplica(cid: string): Promise<Uint8Array | null> {
    const bytes = (await this.#replica?.cat(cid)) ?? null;
    if (bytes === null) return null;
    if (cidOf(bytes) !== cid)
      throw new UpstreamError('content_unavailable', `the replica gave other bytes for ${cid}`);
    await this.put(bytes);
    return bytes;
  }

  #read(cid: string): Promise<Uint8Array | null> {
    return translateFileErrors(() => readFile(this.#path(cid)).catch(nullWhenMissing));
  }

  #path(cid: string): string {
    return join(this.#directory, cid);
  }
}

function parseStored(cid: string, text: string): StoredContent {
  try {
    const value = JSON.parse(text) as StoredContent;
    if (value.cid === cid && isDigest(value.sha256) && value.importer.spec === 'unixfs') return value;
  } catch {
    // Said below.
  }
  throw new UpstreamError('content_unavailable', `the description of ${cid} is damaged on disk`);
}
