import { InputError } from '../../errors.ts';
import type { TextLimits } from '../../pipeline/decode/text/index.ts';

/** A limit was met. `reason` is stable, for programs. */
export function tooLarge(reason: string, detail: string, cause?: unknown): InputError {
  return new InputError('media_too_large', detail, { cause, extra: { reason } });
}

/** The file is whole, but nothing we read. */
export function unsupported(reason: string, detail: string, cause?: unknown): InputError {
  return new InputError('unsupported_media', detail, { cause, extra: { reason } });
}

/** The file claims to be something that it is not, or ends early. */
export function corrupt(detail: string, cause?: unknown): InputError {
  return new InputError('corrupt_media', detail, { cause });
}

/** Throws when the text so far is longer than allowed: called while it grows, not after. */
export function requireUnits(units: number, limits: TextLimits): void {
  if (units > limits.maxUnits) {
    throw tooLarge('units', `the text is longer than ${limits.maxUnits} characters`);
  }
}

/** Throws when `deadline` (of `performance.now()`) has passed. */
export function requireTime(deadline: number): void {
  if (performance.now() > deadline) throw tooLarge('time', 'reading the document took too long');
}
