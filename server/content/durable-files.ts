import { createHash, randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import { ColophonError, InputError, UpstreamError } from '../errors.ts';
import type { ByteSource } from './content-store.ts';

/** A file that was taken in but has no final name yet. */
export interface IncomingFile {
  readonly path: string;
  readonly sha256: Digest;
  readonly sizeBytes: number;
  /** Gives it its final name, durably: the rename itself is on disk when this resolves. */
  moveTo(path: string): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Writes a source to a new file in `directory`, synced to disk. Throws `InputError('body_too_large')` beyond
 * `maxBytes`, `InputError('upload_incomplete')` when the source fails, `UpstreamError('disk_full')`; the file is gone then.
 */
export async function receiveFile(
  directory: string,
  source: ByteSource,
  maxBytes = Number.POSITIVE_INFINITY,
): Promise<IncomingFile> {
  const path = join(directory, randomBytes(12).toString('hex'));
  const discard = () => rm(path, { force: true });
  try {
    const { sha256, sizeBytes } = await writeAll(path, source, maxBytes);
    return {
      path,
      sha256,
      sizeBytes,
      discard,
      moveTo: (target) => translateFileErrors(() => moveDurably(path, target)),
    };
  } catch (error) {
    await discard().catch(() => undefined); // the first error says more
    throw translateFileError(error);
  }
}

async function writeAll(
  path: string,
  source: ByteSource,
  maxBytes: number,
): Promise<{ sha256: Digest; sizeBytes: number }> {
  const hash = createHash('sha256');
  let sizeBytes = 0;
  await using file = await open(path, 'wx', 0o600);
  for await (const chunk of incomplete(source)) {
    sizeBytes += chunk.length;
    if (sizeBytes > maxBytes) throw new InputError('body_too_large', `the limit is ${maxBytes} bytes`);
    hash.update(chunk);
    await writeFully(file, chunk);
  }
  await file.sync();
  return { sha256: `0x${hash.digest('hex')}`, sizeBytes };
}

/** `write` may take only a part, near the end of a disk above all. */
async function writeFully(
  file: { write(bytes: Uint8Array): Promise<{ bytesWritten: number }> },
  chunk: Uint8Array,
) {
  for (let at = 0; at < chunk.length; ) at += (await file.write(chunk.subarray(at))).bytesWritten;
}

/** The source's own failures are the sender's: it hung up. Ours come from the file. */
async function* incomplete(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (source instanceof Uint8Array) {
    yield source;
    return;
  }
  try {
    yield* source;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw new InputError('upload_incomplete', 'the upload ended before its last byte', { cause });
  }
}

/** Writes a small file so that a reader sees all of it or nothing, even after a power cut. */
export async function writeDurably(incoming: string, target: string, text: string): Promise<void> {
  const file = await receiveFile(incoming, new TextEncoder().encode(text));
  await file.moveTo(target);
}

async function moveDurably(from: string, to: string): Promise<void> {
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
  await using directory = await open(dirname(to), 'r');
  await directory.sync();
}

/** Removes what a killed process left behind. */
export async function emptyDirectory(directory: string): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  for (const name of await readdir(directory))
    await rm(join(directory, name), { force: true, recursive: true });
}

/** Runs file work and gives its errors our names. */
export async function translateFileErrors<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw translateFileError(error);
  }
}

function translateFileError(error: unknown): unknown {
  if (error instanceof ColophonError || !(error instanceof Error) || !('code' in error)) return error;
  if (error.code === 'ENOSPC' || error.code === 'EDQUOT') {
    return new UpstreamError('disk_full', 'there is no room left where content is stored', { cause: error });
  }
  return new UpstreamError('content_unavailable', `the content store failed: ${error.message}`, {
    cause: error,
  });
}
