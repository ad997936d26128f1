import { parentPort, workerData } from 'node:worker_threads';
import { ColophonError } from '../../errors.ts';
import type { ReadAnswer, ReadRequest } from './isolated-text-reader.ts';
import { textFileReader } from './text-file-reader.ts';

/** Body of the thread that `isolatedTextReader` starts: one file, one answer. */
async function answer(request: ReadRequest): Promise<ReadAnswer> {
  try {
    return { decoded: await textFileReader.read(request.source, request.hints, request.limits) };
  } catch (error) {
    if (error instanceof ColophonError) {
      return { kind: error.name, code: error.code, detail: error.message, extra: error.extra };
    }
    // A parser that breaks on a file says something about the file.
    const detail = `the document cannot be read: ${error instanceof Error ? error.message : String(error)}`;
    return { kind: 'InputError', code: 'corrupt_media', detail, extra: {} };
  }
}

parentPort?.postMessage(await answer(workerData as ReadRequest));
