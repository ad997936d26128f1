/** Shapes of the HTTP API: the domain's types, and what the routes' schemas add. */
import type { z } from 'zod';
import type { Check } from '../../../server/domain/check.ts';
import type { Evidence } from '../../../server/domain/evidence.ts';
import type { Job } from '../../../server/domain/job.ts';
import type { Work } from '../../../server/domain/work.ts';
import type { registrySchema } from '../../../server/http/schemas/registry.ts';
import type { signingRequestSchema } from '../../../server/http/schemas/work.ts';

export type { Check } from '../../../server/domain/check.ts';
export type { Digest } from '../../../server/domain/digest.ts';
export type { Evidence } from '../../../server/domain/evidence.ts';
export type { Job } from '../../../server/domain/job.ts';
export type { Match, MatchReason, Verdict } from '../../../server/domain/match.ts';
export type { Box, Medium } from '../../../server/domain/media.ts';
export type { Work, WorkState } from '../../../server/domain/work.ts';

/** One page of a list. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}

/** One step of a job, as `event: progress` carries it. */
export type JobProgress = NonNullable<Job['progress']>;

/** `GET /v1/registry`. */
export type Registry = z.infer<typeof registrySchema>;

/** `GET /v1/works/:id/signing-request`: EIP-712, with what the signature call wants back. */
export type SigningRequest = z.infer<typeof signingRequestSchema>;

export interface RegisterAnswer {
  readonly work: Work;
  readonly job: Job;
}
export interface CheckAnswer {
  readonly check: Check;
  readonly job: Job;
}
export interface EvidenceAnswer {
  readonly evidence: Evidence;
  readonly job: Job;
}
