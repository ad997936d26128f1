import type { Check } from '../domain/check.ts';
import type { Evidence } from '../domain/evidence.ts';
import type { CheckId, EvidenceId, JobId, WorkId } from '../domain/ids.ts';
import type { Job } from '../domain/job.ts';
import type { Work } from '../domain/work.ts';
import { NotFoundError } from '../errors.ts';
import { type Caller, seesEverything } from './caller.ts';
import type { Deps } from './deps.ts';
import { canSee } from './unsigned-works.ts';

/** A work. Signed works are public within the registry; others do not exist for other keys. Throws `not_found`. */
export async function getWork(deps: Pick<Deps, 'works'>, id: WorkId, caller: Caller): Promise<Work> {
  const work = await deps.works.findWork(id);
  return found(work !== null && canSee(work, caller) ? work : null, `work ${id}`);
}

/** A check of the caller. Checks of others do not exist for it, unless it is an auditor or admin. */
export async function getCheck(deps: Pick<Deps, 'checks'>, id: CheckId, caller: Caller): Promise<Check> {
  return mine(await deps.checks.findCheck(id), caller, `check ${id}`);
}

/** Evidence. What was filed is public within the registry. Throws `not_found`. */
export async function getEvidence(deps: Pick<Deps, 'evidence'>, id: EvidenceId): Promise<Evidence> {
  return found(await deps.evidence.findEvidence(id), `evidence ${id}`);
}

/** A job of the caller. Throws `not_found`. */
export async function getJob(deps: Pick<Deps, 'jobs'>, id: JobId, caller: Caller): Promise<Job> {
  return mine(await deps.jobs.findJob(id), caller, `job ${id}`);
}

function found<T>(thing: T | null, what: string): T {
  if (thing === null) throw new NotFoundError('not_found', `there is no ${what}`);
  return thing;
}

function mine<T extends { readonly keyId: string | null }>(thing: T | null, caller: Caller, what: string): T {
  const visible = thing !== null && (thing.keyId === caller.keyId || seesEverything(caller));
  return found(visible ? thing : null, what);
}
