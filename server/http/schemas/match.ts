import { z } from 'zod';
import type { Match, MatchReason, Verdict } from '../../domain/match.ts';
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
  ])
  .meta({ id: 'MatchReason', description: 'One line of evidence' }) satisfies z.ZodType<MatchReason>;

const number = z.number();

/** One registered work that the query seems to copy. */
export const matchSchema = z
  .object({
    workId: idSchema('work'),
    similarity: z.number().meta({ description: 'Cosine, −1…1' }),
    probability: z.number().min(0).max(1).meta({ description: 'Calibrated probability of a copy' }),
    querySegment: z.number().int(),
    workSegment: z.number().int(),
    queryBox: boxSchema,
    workBox: boxSchema,
    transform: z
      .object({ a: number, b: number, c: number, d: number, e: number, f: number })
      .nullable()
      .meta({ description: "Query to reference, in fractions: x' = a·x + b·y + c, y' = d·x + e·y + f" }),
    mirrored: z.boolean(),
    reasons: z.array(reasonSchema).readonly(),
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
  })
  .meta({ id: 'Verdict' }) satisfies z.ZodType<Verdict>;
