import type { CheckId } from '../domain/ids.ts';
import { isSigned } from '../domain/work.ts';
import { NotFoundError } from '../errors.ts';
import { decide } from '../pipeline/decide/index.ts';
import type { Deps } from './deps.ts';
import { addWarnings } from './media/add-warnings.ts';
import { policyOf } from './media/policy-of.ts';
import { storedFile } from './media/stored-file.ts';
import { type ReportProgress, reportShare } from './report-progress.ts';
import { protectedMatches } from './unsigned-works.ts';

type Needs = Pick<Deps, 'db' | 'checks' | 'works' | 'media' | 'policy' | 'content'>;

const STAGES = ['fingerprint', 'match', 'decide'] as const;

/** Answers a check. A check that was answered before is left alone. Throws what the stages throw. */
export async function processCheck(deps: Needs, checkId: CheckId, report: ReportProgress): Promise<void> {
  const check = await deps.checks.findCheck(checkId);
  if (!check) throw new NotFoundError('not_found', `there is no check ${checkId}`);
  if (check.state !== 'received') return;
  const step = async (stage: (typeof STAGES)[number]) => {
    const done = STAGES.indexOf(stage);
    await report(stage, done, STAGES.length);
    return reportShare(report, stage, done, STAGES.length);
  };
  const path = deps.media.of(check.medium);

  const file = await storedFile(deps, check);
  const findSame = async () => {
    const live = await deps.works.findWorksByContent(check.contentHash);
    return live.find((work) => isSigned(work) || work.keyId === check.keyId)?.id ?? null;
  };
  const asked = { same: await findSame(), exclude: [], policy: policyOf(path, deps.policy) };
  // A path may search while it decodes: whatever was registered before the check is there by now.
  await path.catchUp();
  const print = await path.fingerprint(file, await step('fingerprint'), asked);
  const match = async () => {
    const share = await step('match');
    await path.catchUp();
    // A film takes minutes: meanwhile the very same bytes may have been registered.
    return await path.match({ file, print, ...asked, same: asked.same ?? (await findSame()) }, share);
  };
  const matches = await match().catch((error: unknown) => {
    print.leave?.();
    throw error;
  });
  await step('decide');
  const decided = decide(await protectedMatches(deps, check.keyId, matches), asked.policy, path.model.digest);
  // A check of what is left is worth having; only it must not pass for a check of the whole.
  const verdict = addWarnings(decided, print);
  await deps.db.transaction(async (sql) => {
    await path.keepQuery?.(sql, checkId, print);
    await deps.checks.decideCheck(sql, checkId, { code: print.leaves[0]!.code, verdict });
  });
}
