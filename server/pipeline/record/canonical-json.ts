import { InternalError } from '../../errors.ts';

/** What canonical JSON can hold. `undefined` members are left out, as `JSON.stringify` does. */
export type Json =
  | null
  | boolean
  | number
  | string
  | readonly Json[]
  | { readonly [key: string]: Json | undefined };

/**
 * JSON text of RFC 8785 (JSON Canonicalization Scheme): members sorted by UTF-16 code units, no white space,
 * ECMAScript's own number and string forms. Equal values give equal bytes on every machine.
 *
 * Throws `InternalError('internal')` on what JSON cannot say: NaN, infinities, lone surrogates, functions.
 */
export function canonicalText(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new InternalError('internal', `not a JSON number: ${value}`);
    return JSON.stringify(value);
  }
  if (typeof value === 'string') {
    // RFC 8785 3.2.2.2: lone surrogates have no UTF-8 form, so two texts would share their bytes.
    if (!value.isWellFormed()) throw new InternalError('internal', 'text with a lone surrogate');
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonicalText).join(',')}]`;
  if (typeof value !== 'object') throw new InternalError('internal', `not JSON: ${typeof value}`);
  const members = Object.entries(value)
    .filter((member): member is [string, Json] => member[1] !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => `${canonicalText(name)}:${canonicalText(member)}`);
  return `{${members.join(',')}}`;
}

/** UTF-8 bytes of {@link canonicalText}. */
export function canonicalBytes(value: Json): Uint8Array {
  return new TextEncoder().encode(canonicalText(value));
}
