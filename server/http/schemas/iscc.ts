import { z } from 'zod';
import { ISCC_UNIT_TYPES, type Iscc } from '../../domain/iscc.ts';
import { idSchema } from './words.ts';

/** An ISCC as people write it. */
export const isccSchema = z
  .string()
  .regex(/^ISCC:[A-Z2-7]{10,}$/)
  .meta({ id: 'Iscc', description: 'ISO 24138: `ISCC:` and base 32' }) as unknown as z.ZodType<Iscc>;

const unitTypeSchema = z.enum(ISCC_UNIT_TYPES);

/** The ISCC of a work: code and units. */
export const workIsccSchema = z
  .object({
    iscc: isccSchema.nullable().meta({ description: 'ISCC-CODE; null before the fingerprint' }),
    units: z.array(z.object({ type: unitTypeSchema, iscc: isccSchema })).readonly(),
  })
  .meta({ id: 'WorkIscc', description: 'ISCC-CODE and its units at full length' });

/** What `GET /v1/iscc/{iscc}/matches` looks for; `ISCC:` may be missing. */
export const isccParams = z.object({
  iscc: z.string().max(200).meta({ description: 'An ISCC-CODE, or a single unit of 32 to 256 bits' }),
});

/** Query of `GET /v1/iscc/{iscc}/matches`. */
export const isccQuery = z.strictObject({
  minSimilarity: z.coerce
    .number()
    .min(0.6)
    .max(1)
    .default(0.85)
    .meta({ description: 'Bits that agree ÷ bits of the unit; unrelated units stand around 0.5' }),
  limit: z.coerce.number().int().min(1).max(200).default(50),
});

/** Works near an ISCC, best first. */
export const isccMatchesSchema = z.object({
  items: z
    .array(
      z
        .object({
          workId: idSchema('work'),
          units: z
            .array(
              z.object({
                type: unitTypeSchema,
                bits: z.number().int().meta({ description: 'Bits that were compared' }),
                similarity: z.number(),
              }),
            )
            .readonly(),
          links: z.record(z.string(), z.string()),
        })
        .meta({ id: 'IsccMatch' }),
    )
    .readonly(),
});
