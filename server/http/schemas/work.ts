import { z } from 'zod';
import { type Anchor, LANES, type OwnerConsent, WORK_STATES, type Work } from '../../domain/work.ts';
import { isccSchema } from './iscc.ts';
import { jobSchema } from './job.ts';
import { verdictSchema } from './match.ts';
import {
  addressSchema,
  digestSchema,
  hexSchema,
  idSchema,
  pageOf,
  pageQuery,
  shortProblemSchema,
  timeSchema,
} from './words.ts';

const consentSchema = z
  .object({
    signature: hexSchema,
    deadline: z.number().int(),
    nonce: z.string().nullable(),
    standing: hexSchema.nullable().meta({ description: 'Record lane: signature over the bare record' }),
  })
  .meta({ id: 'OwnerConsent' }) satisfies z.ZodType<OwnerConsent>;

const anchorSchema = z
  .object({
    chainId: z.number().int(),
    registry: addressSchema,
    lane: z.enum(LANES),
    transactionHash: digestSchema,
    blockNumber: z.number().int(),
    blockHash: digestSchema,
    blockTime: z.number().int().meta({ description: 'Unix seconds' }),
    finalized: z.boolean(),
    batch: z
      .object({
        batchId: z.string(),
        root: digestSchema,
        size: z.number().int(),
        index: z.number().int(),
        path: z.array(digestSchema).readonly(),
      })
      .nullable(),
  })
  .meta({ id: 'Anchor', description: 'Where the work stands on the chain' }) satisfies z.ZodType<Anchor>;

const mediumSchema = z.enum(['image', 'video', 'audio', 'text']);

const workShape = {
  id: idSchema('work'),
  state: z.enum(WORK_STATES),
  medium: mediumSchema,
  title: z.string(),
  fileName: z.string(),
  mediaType: z.string(),
  sizeBytes: z.number().int(),
  width: z.number().int().nullable(),
  height: z.number().int().nullable(),
  durationMs: z
    .number()
    .int()
    .nullable()
    .meta({ description: 'Null where the medium has no length in time' }),
  contentId: idSchema('content'),
  contentHash: digestSchema,
  owner: addressSchema,
  lane: z.enum(LANES),
  keyId: idSchema('key'),
  code: digestSchema.nullable(),
  fingerprintRoot: digestSchema.nullable(),
  modelDigest: digestSchema.nullable(),
  iscc: isccSchema.nullable().meta({ description: 'ISCC-CODE (ISO 24138) of the file' }),
  metadataCid: z.string().nullable(),
  recordDigest: digestSchema.nullable(),
  verdict: verdictSchema.nullable(),
  consent: consentSchema.nullable(),
  batchId: idSchema('batch').nullable(),
  anchor: anchorSchema.nullable(),
  problem: shortProblemSchema.nullable(),
  createdAt: timeSchema,
  updatedAt: timeSchema,
};

/** A work, with the paths of what can be asked about it. */
export const workSchema = z
  .object({ ...workShape, links: z.record(z.string(), z.string()) })
  .meta({ id: 'Work' }) satisfies z.ZodType<Work & { links: Record<string, string> }>;

/** Fields of `POST /v1/works` beside the file. */
export const registerFields = z.strictObject({
  title: z.string().trim().max(500).optional(),
  owner: addressSchema,
  lane: z.enum(LANES).default('batch'),
  contentId: idSchema('content').optional(),
});

/** Query of `GET /v1/works`. */
export const workQuery = z.strictObject({
  ...pageQuery,
  state: z.enum(WORK_STATES).optional(),
  owner: addressSchema.optional(),
});

/** A work taken in. */
export const registeredSchema = z.object({ work: workSchema, job: jobSchema });
/** A work after a change. */
export const workAnswerSchema = z.object({ work: workSchema });
/** A page of works. */
export const workPageSchema = pageOf(workSchema);

const typedDataShape = {
  domain: z.object({
    name: z.string(),
    version: z.string(),
    chainId: z.string(),
    verifyingContract: addressSchema,
  }),
  types: z.record(z.string(), z.array(z.object({ name: z.string(), type: z.string() })).readonly()),
  primaryType: z.string(),
  message: z.record(z.string(), z.unknown()),
};

/** The EIP-712 question for the owner's wallet. */
export const signingRequestSchema = z
  .object({
    ...typedDataShape,
    lane: z.enum(LANES),
    deadline: z.number().int().meta({ description: 'Unix seconds' }),
    nonce: z.string().nullable(),
    standing: z
      .object(typedDataShape)
      .nullable()
      .meta({ description: 'Record lane: the second question, for the standing consent' }),
  })
  .meta({ id: 'SigningRequest' });

/** Body of `POST /v1/works/:id/signature`. */
export const signatureBody = z.strictObject({
  signature: hexSchema,
  deadline: z.number().int().nonnegative().meta({ description: 'Unix seconds, as in the signing request' }),
  nonce: z
    .union([z.string().regex(/^\d{1,78}$/), z.number().int().nonnegative()])
    .nullish()
    .meta({ description: 'Record lane only' }),
  standing: hexSchema.nullish().meta({ description: 'Record lane: the signature over `standing`' }),
});

/** Body of `POST /v1/works/:id/review`. */
export const reviewBody = z.strictObject({
  decision: z.enum(['accept', 'reject']),
  note: z.string().trim().max(2000).default(''),
});
