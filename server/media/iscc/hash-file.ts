import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { UpstreamError } from '../../errors.ts';
import { type ByteCodes, hashBytes } from '../../pipeline/fingerprint/iscc/index.ts';

const PIECE_BYTES = 256 * 1024;
/** Below it a thread of its own costs more than it spares the others. */
const THREAD_BYTES = 4 * 1024 * 1024;

/** Data-Code and Instance-Code of a file; of a large one in a thread, for a film takes minutes of one processor. */
export async function hashFile(path: string): Promise<ByteCodes> {
  try {
    const { size } = await stat(path);
    return size < THREAD_BYTES ? await hashFileHere(path) : await hashFileInThread(path);
  } catch (cause) {
    throw new UpstreamError('content_unavailable', 'the file cannot be read', { cause });
  }
}

/** The same in the thread that calls. */
export async function hashFileHere(path: string): Promise<ByteCodes> {
  return await hashBytes(createReadStream(path, { highWaterMark: PIECE_BYTES }));
}

function hashFileInThread(path: string): Promise<ByteCodes> {
  const worker = new Worker(new URL('./hash-file-thread.ts', import.meta.url), { workerData: path });
  return new Promise<ByteCodes>((done, fail) => {
    worker.on('message', done);
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the thread ended without an answer')));
  }).finally(() => worker.terminate());
}
