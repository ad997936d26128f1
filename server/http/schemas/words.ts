/** The words that all schemas share. Patterns are those of `server/domain/`. */
import { z } from 'zod';
import type { Digest } from '../../domain/digest.ts';
import type { Id, IdKind } from '../../domain/ids.ts';

/** A 32-byte value, `0x` + 64 lower-case hex digits. */
export const digestSchema = z
  .string()
  .regex(/^0x[0-9a-f]{64}$/)
  .meta({ description: '32 bytes: 0x and 64 lower-case hex digits' }) as unknown as z.ZodType<Digest>;

/** An address, in lower case; a checksummed spelling is accepted in requests. */
export const addressSchema = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/, 'is not an address: 0x and 40 hex digits')
  .meta({ description: '20 bytes: 0x and 40 hex digits' }) as unknown as z.ZodType<`0x${string}`>;

/** `0x` hex of any length. */
export const hexSchema = z
  .string()
  .regex(
    /^0x([0-9a-fA-F]{2})*$/,
    'is not hex: 0x and pairs of hex digits',
  ) as unknown as z.ZodType<`0x${string}`>;

const KINDS: Readonly<Record<IdKind, string>> = {
  work: 'a work',
  check: 'a check',
  evidence: 'evidence',
  job: 'a job',
  key: 'an API key',
  batch: 'a batch',
  content: 'content',
};

/** An id of one kind. */
export function idSchema<K extends IdKind>(kind: K): z.ZodType<Id<K>> {
  const pattern = kind === 'content' ? '[0-9a-f]{64}' : '[0-9a-hjkmnp-tv-z]{26}';
  return z
    .string()
    .regex(new RegExp(`^${kind}_${pattern}$`), `is not the id of ${KINDS[kind]}`)
    .meta({ examples: [`${kind}_…`] }) as unknown as z.ZodType<Id<K>>;
}

/** A time, ISO 8601 in UTC. */
export const timeSchema = z.iso.datetime();

/** A problem as rows keep it. */
export const shortProblemSchema = z
  .object({ code: z.string(), detail: z.string() })
  .meta({ id: 'ShortProblem', description: 'Problem code and what happened' });

/** `cursor` and `limit` of a list. */
export const pageQuery = {
  cursor: z.string().max(100).optional().meta({ description: 'nextCursor of the page before' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
};

/** A page of a list. */
export function pageOf<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item).readonly(), nextCursor: z.string().nullable() });
}

/** RFC 9457 problem document. Further members depend on the code. */
export const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.number().int(),
    detail: z.string(),
    code: z.string().meta({ description: 'Stable machine code' }),
    retryable: z.boolean(),
    location: z.string().optional(),
    requestId: z.string().optional(),
  })
  .meta({ id: 'Problem', description: 'RFC 9457 problem document' });
