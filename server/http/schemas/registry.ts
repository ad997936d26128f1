import { z } from 'zod';
import { ROLES } from '../../domain/key.ts';
import { proofBundleSchema } from '../../pipeline/prove/index.ts';
import { addressSchema, digestSchema, idSchema, pageOf, timeSchema } from './words.ts';

/** Public facts of the registry. */
export const registrySchema = z
  .object({
    chainId: z.number().int(),
    registry: addressSchema,
    ledger: addressSchema,
    model: z.object({ name: z.string(), version: z.string(), digest: digestSchema }),
    policyVersion: z.string(),
    works: z.object({ total: z.number().int(), anchored: z.number().int() }),
    unsigned: z.object({ holdMs: z.number(), expireMs: z.number() }).meta({
      description:
        'A work that its owner has not signed stands against others for `holdMs` from the decision (`updatedAt`) on, ' +
        'and is withdrawn after `expireMs`',
    }),
    head: z
      .object({ blockNumber: z.number().int(), blockHash: digestSchema, blockTime: z.number().int() })
      .nullable()
      .meta({ description: 'Newest block; null while the chain does not answer' }),
    uploads: z
      .object({
        media: z.array(z.enum(['image', 'video', 'audio', 'text'])).readonly(),
        maxFileBytes: z.number().int(),
      })
      .meta({ description: 'What is taken, and how much of it at once' }),
    rpcUrl: z
      .string()
      .nullable()
      .meta({ description: 'JSON-RPC of the local chain; null on a chain of others' }),
  })
  .meta({ id: 'Registry' });

/** An API key without its secret. */
export const keySchema = z
  .object({
    id: idSchema('key'),
    name: z.string(),
    role: z.enum(ROLES),
    createdAt: timeSchema,
    revokedAt: timeSchema.nullable(),
  })
  .meta({ id: 'ApiKey' });

/** Body of `POST /v1/keys`. */
export const keyBody = z.strictObject({ name: z.string().trim().min(1).max(200), role: z.enum(ROLES) });
/** A new key; the secret is shown this once. */
export const createdKeySchema = z.object({ key: keySchema, secret: z.string() });
/** A key after a change. */
export const keyAnswerSchema = z.object({ key: keySchema });
/** All keys. */
export const keyListSchema = z.object({ items: z.array(keySchema).readonly(), nextCursor: z.null() });
/** Who the caller is. */
export const meSchema = z.object({ id: idSchema('key'), name: z.string(), role: z.enum(ROLES) });

/** Lines of the audit log. */
export const auditPageSchema = pageOf(
  z
    .object({
      id: z.string(),
      at: timeSchema,
      keyId: idSchema('key').nullable(),
      requestId: z.string().nullable(),
      action: z.string(),
      subjectId: z.string().nullable(),
      outcome: z.string(),
      facts: z.record(z.string(), z.unknown()),
    })
    .meta({ id: 'AuditEntry' }),
);

/** Body of `POST /v1/fsck`. */
export const fsckBody = z.strictObject({ deep: z.boolean().default(false) });

/** What fsck looked at and found. */
export const fsckSchema = z
  .object({
    checked: z.object({
      works: z.number().int(),
      batches: z.number().int(),
      evidence: z.number().int(),
      contents: z.number().int(),
      uploads: z.number().int(),
      prints: z.number().int(),
    }),
    problems: z.array(z.object({ subject: z.string(), check: z.string(), detail: z.string() })).readonly(),
    notChecked: z.array(z.string()).readonly(),
    clean: z.boolean(),
    durationMs: z.number(),
  })
  .meta({ id: 'FsckReport' });

/** A self-contained proof, as `pipeline/prove` reads it. */
export const bundleSchema = proofBundleSchema.meta({ id: 'ProofBundle' });
