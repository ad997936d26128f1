import { z } from 'zod';
import { JOB_KINDS, JOB_STATES, type Job } from '../../domain/job.ts';
import { idSchema, shortProblemSchema, timeSchema } from './words.ts';

/** A piece of background work. */
export const jobSchema = z
  .object({
    id: idSchema('job'),
    kind: z.enum(JOB_KINDS),
    subjectId: z.string().meta({ description: 'Id of the work, check or evidence' }),
    keyId: idSchema('key').nullable(),
    state: z.enum(JOB_STATES),
    progress: z
      .object({
        stage: z.string(),
        done: z.number().int(),
        total: z.number().int(),
        share: z.number().optional().meta({ description: 'How much of the stage is done, 0…1' }),
        leftMs: z
          .number()
          .nullable()
          .optional()
          .meta({ description: 'Until the end of the stage, estimated' }),
      })
      .nullable(),
    failures: z.number().int(),
    problem: shortProblemSchema.nullable(),
    createdAt: timeSchema,
    startedAt: timeSchema.nullable(),
    endedAt: timeSchema.nullable(),
  })
  .meta({ id: 'Job' }) satisfies z.ZodType<Job>;
