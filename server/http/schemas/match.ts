import { z } from 'zod';
import type { Match, MatchReason, MatchSegment, Stretch, Verdict } from '../../domain/match.ts';
import { digestSchema, idSchema } from './words.ts';

const boxSchema = z
  .object({ x: z.number(), y: z.number(), width: z.number(), height: z.number() })
  .meta({ id: 'Box', description: 'Rectangle in fractions of the picture, origin top left' });

const reasonSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('exact'), detail: z.string() }),
    z.object({ kind: z.literal('code'), hammingDistance: z.number().int(), detail: z.string() }),
    z.object({
      kind: z.literal('embedding'),
      similarity: z.number(),
      normalized: z.number(),
      detail: z.string(),
    }),
    z.object({
      kind: z.literal('geometry'),
      inliers: z.number().int(),
      tentative: z.number().int(),
      detail: z.string(),
    }),
    z.object({
      kind: z.literal('time'),
      track: z.enum(['picture', 'sound']),
      agreeing: z.number().int(),
      samples: z.number().int(),
      detail: z.string(),
    }),
    z.object({
      kind: z.literal('text'),
      characters: z.number().int(),
      longest: z.number().int(),
      detail: z.string(),
    }),
    z.object({ kind: z.literal('excluded'), characters: z.number().int(), detail: z.string() }),
  ])
  .meta({ id: 'MatchReason', description: 'One line of evidence' }) satisfies z.ZodType<MatchReason>;

const number = z.number();

const transformSchema = z
  .object({ a: number, b: number, c: number, d: number, e: number, f: number })
  .nullable()
  .meta({ description: "Query to reference, in fractions: x' = a·x + b·y + c, y' = d·x + e·y + f" });

const frame = z.number().int().nullable();

const stretchSchema = z
  .discriminatedUnion('kind', [
    z.object({ kind: z.literal('region'), box: boxSchema }),
    z.object({
      kind: z.literal('time'),
      startMs: number,
      endMs: number,
      firstFrame: frame,
      lastFrame: frame,
      box: boxSchema.nullable(),
    }),
    z.object({ kind: z.literal('characters'), start: z.number().int(), end: z.number().int() }),
  ])
  .meta({
    id: 'Stretch',
    description:
      'A part of a work or of a query; characters are Unicode code points of the text as it was read',
  }) satisfies z.ZodType<Stretch>;

const segmentSchema = z
  .object({
    query: stretchSchema,
    work: stretchSchema,
    track: z.enum(['picture', 'sound', 'text']),
    similarity: number,
    probability: number,
    speed: z
      .number()
      .meta({ description: 'Time of the work for one unit of time of the query; below 0 backwards' }),
    mirrored: z.boolean(),
    transform: transformSchema,
    isExact: z.boolean().meta({ description: 'Whether the ends were refined to the frame or character' }),
    explanation: z.string(),
  })
  .meta({ id: 'MatchSegment', description: 'One copied stretch' }) satisfies z.ZodType<MatchSegment>;

/** One registered work that the query seems to copy. */
export const matchSchema = z
  .object({
    workId: idSchema('work'),
    medium: z.enum(['image', 'video', 'audio', 'text']),
    similarity: z.number().meta({ description: 'Cosine, −1…1' }),
    probability: z.number().min(0).max(1).meta({ description: 'Calibrated probability of a copy' }),
    querySegment: z.number().int(),
    workSegment: z.number().int(),
    queryBox: boxSchema,
    workBox: boxSchema,
    transform: transformSchema,
    mirrored: z.boolean(),
    reasons: z.array(reasonSchema).readonly(),
    segments: z.array(segmentSchema).readonly(),
  })
  .meta({ id: 'Match' }) satisfies z.ZodType<Match>;

/** The answer to "is this a copy of something registered?". */
export const verdictSchema = z
  .object({
    outcome: z.enum(['copy', 'review', 'distinct']),
    policyVersion: z.string(),
    modelDigest: digestSchema,
    matches: z.array(matchSchema).readonly(),
    explanation: z.string(),
    warnings: z
      .array(z.string())
      .readonly()
      .optional()
      .meta({
        description:
          'What the answer does not hold for: of a file that is cut off, what is missing; that a file has nothing to ' +
          'compare by, so that only the very same bytes are found as copies',
      }),
  })
  .meta({ id: 'Verdict' }) satisfies z.ZodType<Verdict>;
