/** Ids carry their kind, so that one can never be taken for another: `work_…`, `check_…`. */
export type IdKind = 'work' | 'check' | 'evidence' | 'job' | 'key' | 'batch' | 'content';
export type Id<K extends IdKind> = `${K}_${string}`;
export type WorkId = Id<'work'>;
export type CheckId = Id<'check'>;
export type EvidenceId = Id<'evidence'>;
export type JobId = Id<'job'>;
export type KeyId = Id<'key'>;
export type BatchId = Id<'batch'>;
/** An uploaded file, before and after it is pinned: `content_` + the SHA-256 hex of its bytes. */
export type ContentId = Id<'content'>;

// Crockford base 32: no letters that are mistaken for digits.
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * Makes a new id: 48 bits of milliseconds, then 80 random bits, in base 32, so that ids sort by time of making
 * (the layout of ULID, https://github.com/ulid/spec).
 */
export function newId<K extends IdKind>(kind: K, nowMs: number = Date.now()): Id<K> {
  const random = crypto.getRandomValues(new Uint8Array(16));
  let text = '';
  let time = nowMs;
  for (let i = 0; i < 10; i++) {
    text = ALPHABET[time % 32] + text;
    time = Math.floor(time / 32);
  }
  for (let i = 0; i < 16; i++) text += ALPHABET[random[i]! % 32];
  return `${kind}_${text}`;
}

/** Whether `value` is an id of that kind. */
export function isId<K extends IdKind>(kind: K, value: unknown): value is Id<K> {
  if (typeof value !== 'string' || !value.startsWith(`${kind}_`)) return false;
  const rest = value.slice(kind.length + 1);
  return kind === 'content' ? /^[0-9a-f]{64}$/.test(rest) : /^[0-9a-hjkmnp-tv-z]{26}$/.test(rest);
}
