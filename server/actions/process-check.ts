import { ZERO_DIGEST } from '../domain/digest.ts';
import type { CheckId } from '../domain/ids.ts';
import { NotFoundError } from '../errors.ts';
import { decide } from '../pipeline/decide/index.ts';
import { fingerprintImage } from '../pipeline/fingerprint/index.ts';
import { matchPrint } from '../pipeline/match/index.ts';
import { decodeStored } from './admit-media.ts';
import type { Deps } from './deps.ts';
import type { PrintFollower } from './follow-prints.ts';
import type { ReportProgress } from './report-progress.ts';
import { protectedMatches } from './unsigned-works.ts';

type Needs = Pick<
  Deps,
  'db' | 'checks' | 'works' | 'prints' | 'search' | 'embedder' | 'background' | 'calibration' | 'model'
> &
  Pick<Deps, 'policy' | 'content' | 'decoder' | 'decodeLimits' | 'rasters'> & {
    readonly follower: PrintFollower;
  };

const STAGES = ['decode', 'fingerprint', 'match', 'decide'] as const;

/** Answers a check. A check that was answered before is left alone. Throws what the stages throw. */
export async function processCheck(deps: Needs, checkId: CheckId, report: ReportProgress): Promise<void> {
  const check = await deps.checks.findCheck(checkId);
  if (!check) throw new NotFoundError('not_found', `there is no check ${checkId}`);
  if (check.state !== 'received') return;
  const step = (stage: (typeof STAGES)[number]) => report(stage, STAGES.indexOf(stage), STAGES.length);

  await step('decode');
  const decoded = await decodeStored(deps, check.contentId);
  await step('fingerprint');
  const print = await fingerprintImage(decoded, deps.embedder);
  await step('match');
  await deps.follower.catchUp();
  const same = await deps.works.findWorkByContent(check.contentHash);
  const matches = await matchPrint({ decoded, print, exactWorkIds: same ? [same.id] : [] }, deps);
  await step('decide');
  const verdict = decide(await protectedMatches(deps, check.keyId, matches), deps.policy, deps.model.digest);
  await deps.db.transaction((sql) =>
    deps.checks.decideCheck(sql, checkId, { code: print.segments[0]?.code ?? ZERO_DIGEST, verdict }),
  );
}
