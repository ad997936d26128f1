import type { Readable } from 'node:stream';
import busboy from 'busboy';
import type { Request } from 'express';
import { requireSafeName } from '../actions/admit-media.ts';
import type { StoredUpload } from '../content/content-store.ts';
import { InputError } from '../errors.ts';
import type { ReceivedFile } from './route.ts';

/** A multipart body that arrived whole: its text fields, and its file, which is on disk. */
export interface MultipartBody {
  readonly fields: Readonly<Record<string, string>>;
  readonly file: ReceivedFile | null;
}

/** How a multipart body is taken in. */
export interface MultipartOptions {
  readonly maxFileBytes: number;
  /** Writes the file's bytes; throws typed problems and then leaves nothing behind. */
  readonly receive: (stream: AsyncIterable<Uint8Array>) => Promise<StoredUpload>;
  /** Ends the hold on a file that arrived in a body which is refused after all. */
  readonly release: (upload: StoredUpload) => Promise<void>;
}

// Room for the text fields and the boundaries around the file.
const OVERHEAD_BYTES = 1024 * 1024;
// Beyond it a client that goes on sending what was refused is cut off.
const DRAIN_BYTES = 256 * 1024 * 1024;

/**
 * Reads `multipart/form-data` with at most one part `file`, streaming it to disk.
 *
 * Throws `invalid_request`, `unsafe_name`, `body_too_large`, `upload_incomplete` when the client went away, and what
 * `receive` throws; a file that was received by then is released.
 */
export async function readMultipart(request: Request, options: MultipartOptions): Promise<MultipartBody> {
  if (Number(request.get('content-length') ?? 0) > options.maxFileBytes + OVERHEAD_BYTES) {
    drain(request);
    throw new InputError('body_too_large', `a file may have ${options.maxFileBytes} bytes`);
  }
  const parser = makeParser(request);
  const fields: Record<string, string> = {};
  let receiving: Promise<ReceivedFile> | null = null;
  let failure: unknown;
  try {
    await feed(request, parser, (refuse) => {
      parser.on('field', (name, value, info) => {
        if (info.valueTruncated || info.nameTruncated) refuse(badForm(`the field ${name} is too long`));
        else if (Object.hasOwn(fields, name)) refuse(badForm(`the field ${name} comes twice`));
        else fields[name] = value;
      });
      parser.on('file', (name, stream, info) => {
        // Until somebody reads it, an error of the stream would end the process.
        stream.on('error', () => undefined);
        if (name !== 'file' || receiving) {
          refuse(badForm(`one file is taken, in a part named "file"; there was "${name}"`));
          return;
        }
        receiving = receiveFile(stream, info.filename, options);
        receiving.catch(refuse);
      });
      for (const limit of ['partsLimit', 'filesLimit', 'fieldsLimit'] as const) {
        parser.on(limit, () => refuse(badForm('the form has too many parts')));
      }
    });
  } catch (error) {
    failure = error;
  }
  // Also after a failure: the file must be gone, or let go, before the problem is answered.
  const received = receiving as Promise<ReceivedFile> | null;
  const file = await received?.catch((error: unknown) => {
    failure ??= error;
    return null;
  });
  if (failure !== undefined) {
    if (file) await options.release(file.upload);
    throw failure;
  }
  return { fields, file: file ?? null };
}

/**
 * Pipes the request through the parser until all of it is parsed. Rejects with what `refuse` is called with, or
 * `upload_incomplete` when the client goes away. Not `stream.pipeline`: that would destroy the request, and with it
 * the connection on which the problem has to be answered.
 */
function feed(
  request: Request,
  parser: busboy.Busboy,
  listen: (refuse: (error: unknown) => void) => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let current: Readable | null = null;
    const stop = (error: unknown) => {
      request.off('close', gone);
      request.unpipe(parser);
      const cause = error instanceof Error ? error : new Error(String(error));
      current?.destroy(cause);
      parser.destroy();
      drain(request);
      reject(error);
    };
    const gone = () => {
      if (!request.complete)
        stop(new InputError('upload_incomplete', 'the upload ended before its last byte'));
    };
    listen(stop);
    parser.on('file', (_name, stream) => {
      current = stream;
    });
    parser.on('error', (error) => stop(translate(error)));
    parser.on('close', () => {
      request.off('close', gone);
      resolve();
    });
    request.on('close', gone);
    request.pipe(parser);
  });
}

/** Reads the rest of a refused body and forgets it, so that the client gets to read the answer. */
function drain(request: Request): void {
  let bytes = 0;
  request.on('data', (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes > DRAIN_BYTES) request.destroy();
  });
  request.resume();
}

function makeParser(request: Request): busboy.Busboy {
  try {
    return busboy({
      headers: request.headers,
      defParamCharset: 'utf8',
      // Names are refused when they are paths; without this they would silently be cut to their last part.
      preservePath: true,
      limits: { files: 2, fields: 20, parts: 24, fieldSize: 64 * 1024, fieldNameSize: 100 },
    });
  } catch (cause) {
    throw new InputError('invalid_request', 'the body must be multipart/form-data', { cause });
  }
}

async function receiveFile(
  stream: AsyncIterable<Uint8Array>,
  name: string | undefined,
  options: MultipartOptions,
): Promise<ReceivedFile> {
  const fileName = requireSafeName(name ?? 'unnamed');
  return { fileName, upload: await options.receive(stream) };
}

function badForm(detail: string): InputError {
  return new InputError('invalid_request', detail);
}

function translate(error: unknown): InputError {
  const text = error instanceof Error ? error.message : String(error);
  if (/unexpected end of (form|multipart)|premature close|aborted|ECONNRESET/i.test(text)) {
    return new InputError('upload_incomplete', 'the upload ended before its last byte', { cause: error });
  }
  return new InputError('invalid_request', `the form cannot be read: ${text}`, { cause: error });
}
