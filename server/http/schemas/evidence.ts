import { z } from 'zod';
import { EVIDENCE_STATES, type Evidence } from '../../domain/evidence.ts';
import { jobSchema } from './job.ts';
import { matchSchema } from './match.ts';
import {
  addressSchema,
  digestSchema,
  idSchema,
  pageOf,
  pageQuery,
  shortProblemSchema,
  timeSchema,
} from './words.ts';

/** An infringement claim made from one match of a check. */
export const evidenceSchema = z
  .object({
    id: idSchema('evidence'),
    state: z.enum(EVIDENCE_STATES),
    checkId: idSchema('check'),
    workId: idSchema('work'),
    keyId: idSchema('key'),
    match: matchSchema,
    sourceUrl: z.string().nullable(),
    statement: z.string().nullable(),
    accused: addressSchema.nullable(),
    suspectHash: digestSchema,
    suspectCode: digestSchema,
    hammingDistance: z.number().int().min(0).max(256),
    evidenceRoot: digestSchema,
    evidenceCid: z.string(),
    claimId: digestSchema.nullable(),
    transactionHash: digestSchema.nullable(),
    blockNumber: z.number().int().nullable(),
    blockTime: z.number().int().nullable(),
    finalized: z.boolean(),
    problem: shortProblemSchema.nullable(),
    createdAt: timeSchema,
    updatedAt: timeSchema,
    links: z.record(z.string(), z.string()),
  })
  .meta({ id: 'Evidence' }) satisfies z.ZodType<Evidence & { links: Record<string, string> }>;

/** Body of `POST /v1/evidence`. */
export const evidenceBody = z.strictObject({
  checkId: idSchema('check'),
  matchIndex: z.number().int().min(0).default(0),
  sourceUrl: z
    .url({ protocol: /^https?$/ })
    .max(2000)
    .optional(),
  statement: z.string().trim().max(10_000).optional(),
  accused: addressSchema.optional(),
});

/** Query of `GET /v1/evidence`. */
export const evidenceQuery = z.strictObject({ ...pageQuery, workId: idSchema('work').optional() });
/** Evidence taken in. */
export const filedSchema = z.object({ evidence: evidenceSchema, job: jobSchema });
/** A page of evidence. */
export const evidencePageSchema = pageOf(evidenceSchema);
