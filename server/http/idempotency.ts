import { createHash } from 'node:crypto';
import type { Caller } from '../actions/caller.ts';
import type { Deps } from '../actions/deps.ts';
import { ConflictError, InputError } from '../errors.ts';
import type { IdempotencyRef, StoredResponse } from '../store/idempotency-store.ts';
import type { ReceivedFile } from './route.ts';

const KEY = /^[\x21-\x7e]{1,255}$/;

/** Reads the `Idempotency-Key` header. Throws `invalid_request` when it cannot be a key. */
export function readIdempotencyKey(header: string | undefined, caller: Caller): IdempotencyRef | null {
  if (header === undefined) return null;
  if (!KEY.test(header)) {
    throw new InputError('invalid_request', 'an Idempotency-Key has 1 to 255 visible ASCII characters');
  }
  return { keyId: caller.keyId, key: header };
}

/** What makes two requests the same: method, path, parsed body, and the bytes and name of the file. */
export function digestRequest(
  method: string,
  path: string,
  body: unknown,
  file: ReceivedFile | null,
): string {
  const about = [method, path, body ?? null, file?.upload.sha256 ?? null, file?.fileName ?? null];
  return createHash('sha256').update(JSON.stringify(about)).digest('hex');
}

/**
 * Begins a request under its key. Gives the response of the first one when this is a repetition; null when it is new.
 * Throws `idempotency_mismatch`, `idempotency_in_progress`.
 */
export async function beginIdempotent(
  deps: Pick<Deps, 'idempotency'>,
  ref: IdempotencyRef,
  requestDigest: string,
): Promise<StoredResponse | null> {
  const start = await deps.idempotency.begin(ref, requestDigest);
  switch (start.kind) {
    case 'started':
      return null;
    case 'answered':
      return start.response;
    case 'running':
      throw new ConflictError(
        'idempotency_in_progress',
        'the first request with this key has not been answered yet',
      );
    case 'mismatch':
      throw new InputError(
        'idempotency_mismatch',
        'this key was used with another method, path, body or file',
      );
  }
}
