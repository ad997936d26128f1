import { z } from 'zod';
import { CHECK_STATES, type Check } from '../../domain/check.ts';
import { jobSchema } from './job.ts';
import { verdictSchema } from './match.ts';
import { digestSchema, idSchema, pageOf, pageQuery, shortProblemSchema, timeSchema } from './words.ts';

/** A question "is this file a copy of something registered?" and its answer. */
export const checkSchema = z
  .object({
    id: idSchema('check'),
    state: z.enum(CHECK_STATES),
    medium: z.enum(['image', 'video', 'audio', 'text']),
    fileName: z.string(),
    mediaType: z.string(),
    sizeBytes: z.number().int(),
    width: z.number().int().nullable(),
    height: z.number().int().nullable(),
    durationMs: z.number().int().nullable(),
    contentId: idSchema('content'),
    contentHash: digestSchema,
    keyId: idSchema('key'),
    code: digestSchema.nullable(),
    verdict: verdictSchema.nullable(),
    problem: shortProblemSchema.nullable(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Check' }) satisfies z.ZodType<Check & { links: Record<string, string> }>;

/** Fields of `POST /v1/checks` beside the file. */
export const checkFields = z.strictObject({
  contentId: idSchema('content').optional(),
  title: z.string().max(500).optional().meta({ description: 'Accepted and not used: the file has a name' }),
});

/** Query of lists without a filter. */
export const plainQuery = z.strictObject(pageQuery);
/** A check taken in. */
export const startedCheckSchema = z.object({ check: checkSchema, job: jobSchema });
/** A page of checks. */
export const checkPageSchema = pageOf(checkSchema);

const excerptSchema = z
  .object({ start: z.number().int(), end: z.number().int(), text: z.string() })
  .meta({ id: 'Excerpt', description: 'Characters (code points) of a text, cut at 2,000' });
/** The wording of a match, in the order of its segments; at most twenty. */
export const excerptsSchema = z.object({
  items: z
    .array(z.object({ before: z.string(), query: excerptSchema, after: z.string(), work: excerptSchema }))
    .readonly(),
  characters: z
    .object({ query: z.number().int(), work: z.number().int() })
    .meta({ description: 'Characters (code points) of the whole texts, to place the stretches in' }),
});
