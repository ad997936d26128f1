import { ZERO_DIGEST } from '../domain/digest.ts';
import type { Print } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import type { Match, Verdict } from '../domain/match.ts';
import type { DecodedImage } from '../domain/media.ts';
import type { Work } from '../domain/work.ts';
import { InternalError, NotFoundError } from '../errors.ts';
import { decide } from '../pipeline/decide/index.ts';
import { fingerprintImage, fingerprintRoot } from '../pipeline/fingerprint/index.ts';
import { matchPrint } from '../pipeline/match/index.ts';
import { buildMetadata, buildWorkRecord } from '../pipeline/record/index.ts';
import { decodeStored } from './admit-media.ts';
import type { Deps } from './deps.ts';
import type { PrintFollower } from './follow-prints.ts';
import type { ReportProgress } from './report-progress.ts';
import { settleMatches } from './settle-matches.ts';
import { passUnsigned } from './unsigned-works.ts';

type Needs = Pick<
  Deps,
  'db' | 'works' | 'prints' | 'search' | 'embedder' | 'background' | 'calibration' | 'model' | 'policy'
> &
  Pick<Deps, 'decoder' | 'decodeLimits' | 'rasters' | 'content' | 'now' | 'unsigned'> & {
    readonly follower: PrintFollower;
  };

const STAGES = ['decode', 'fingerprint', 'match', 'decide', 'record'] as const;

/**
 * Takes a work from `received` to `decided`, `in_review` or `rejected`. Each step is durable before the next, so it
 * may be run again from wherever it stopped; a work that is past all of it is left alone.
 *
 * Throws what the stages throw.
 */
export async function processWork(deps: Needs, workId: WorkId, report: ReportProgress): Promise<void> {
  let work = await deps.works.findWork(workId);
  if (!work) throw new NotFoundError('not_found', `there is no work ${workId}`);
  if (work.state !== 'received' && work.state !== 'fingerprinted') return;
  const step = (stage: (typeof STAGES)[number]) => report(stage, STAGES.indexOf(stage), STAGES.length);

  await step('decode');
  const decoded = await decodeStored(deps, work.contentId);
  let print: Print;
  if (work.state === 'received') {
    await step('fingerprint');
    print = await fingerprintImage(decoded, deps.embedder);
    work = await storePrint(deps, work, print);
  } else {
    print = await loadPrint(deps, workId);
  }
  await step('match');
  const verdict = await judge(deps, work, decoded, print, step);
  await step('record');
  await conclude(deps, work, print, verdict);
}

async function storePrint(deps: Needs, work: Work, print: Print): Promise<Work> {
  return await deps.db.transaction(async (sql) => {
    const printPosition = await deps.prints.insertPrint(sql, work.id, print);
    return await deps.works.moveWork(sql, work.id, ['received'], 'fingerprinted', {
      code: print.segments[0]?.code ?? ZERO_DIGEST,
      fingerprintRoot: fingerprintRoot(print),
      modelDigest: print.modelDigest,
      printPosition,
    });
  });
}

async function loadPrint(deps: Needs, workId: WorkId): Promise<Print> {
  const print = (await deps.prints.loadPrints([workId])).get(workId);
  if (!print) throw new InternalError('internal', `the print of ${workId} is gone`);
  return print;
}

async function judge(
  deps: Needs,
  work: Work,
  decoded: DecodedImage,
  print: Print,
  step: (stage: 'decide') => Promise<void>,
): Promise<Verdict> {
  await deps.follower.catchUp();
  const query = { decoded, print, exactWorkIds: [] };
  const matches = await matchPrint(query, deps, { exclude: [work.id] });
  await step('decide');
  const relevant = matches.filter((match) => match.probability >= deps.policy.reviewProbability);
  const settled = await passUnsigned(deps, work, await settleMatches(deps, work, relevant));
  return decide(settled, deps.policy, deps.model.digest);
}

async function conclude(deps: Needs, work: Work, print: Print, verdict: Verdict): Promise<void> {
  const foreign = await foreignMatches(deps, work, verdict);
  const worst = foreign[0];
  const copied = worst !== undefined && worst.probability >= deps.policy.copyProbability;
  if (copied && deps.policy.onCopy === 'reject') {
    await deps.db.transaction(async (sql) => {
      await deps.prints.removePrint(sql, work.id);
      await deps.works.moveWork(sql, work.id, ['fingerprinted'], 'rejected', {
        verdict,
        problem: { code: 'copy_of_registered_work', detail: describeCopy(worst) },
      });
    });
    return;
  }
  const metadata = buildMetadata({ ...work, model: deps.model, print });
  await deps.content.put(metadata.bytes);
  const { record, recordDigest } = buildWorkRecord({ ...work, print, metadataCid: metadata.cid });
  await deps.db.transaction(async (sql) => {
    await deps.works.moveWork(sql, work.id, ['fingerprinted'], worst ? 'in_review' : 'decided', {
      verdict,
      metadataCid: metadata.cid,
      record,
      recordDigest,
    });
  });
}

/** Matches with works of other owners, best first. One's own near-copies are kept in the verdict and allowed. */
async function foreignMatches(deps: Needs, work: Work, verdict: Verdict): Promise<Match[]> {
  const standings = await deps.works.findStandings(verdict.matches.map((match) => match.workId));
  return verdict.matches.filter((match) => standings.get(match.workId)?.owner !== work.owner);
}

function describeCopy(match: Match): string {
  const percent = Math.floor(match.probability * 1000) / 10;
  return `this copies ${match.workId} of another owner (probability ${percent} %)`;
}
