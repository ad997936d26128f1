import type { LeafPrint } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import type { WorkIscc } from '../domain/iscc.ts';
import type { Match, Verdict } from '../domain/match.ts';
import { fingerprintTree } from '../domain/records/index.ts';
import { isSigned, type Work } from '../domain/work.ts';
import { InputError, NotFoundError } from '../errors.ts';
import { decide, outcomeOf } from '../pipeline/decide/index.ts';
import { computeIscc, encodeUnit } from '../pipeline/fingerprint/iscc/index.ts';
import { buildMetadata, buildWorkRecord } from '../pipeline/record/index.ts';
import type { Deps } from './deps.ts';
import { addWarnings } from './media/add-warnings.ts';
import { describeEarlyEnd } from './media/describe-early-end.ts';
import type { MediaFile, MediumPath, ReportShare } from './media/medium-path.ts';
import { policyOf } from './media/policy-of.ts';
import { storedFile } from './media/stored-file.ts';
import { type ReportProgress, reportShare } from './report-progress.ts';
import { settleMatches } from './settle-matches.ts';
import { findPassed, heldUntil, withdrawPassed } from './unsigned-works.ts';

type Needs = Pick<
  Deps,
  'db' | 'works' | 'media' | 'policy' | 'content' | 'now' | 'unsigned' | 'isccUnits' | 'isccSource'
>;

const STAGES = ['fingerprint', 'match', 'decide', 'record'] as const;
type Step = (stage: (typeof STAGES)[number]) => Promise<ReportShare>;

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
  const step: Step = async (stage) => {
    const done = STAGES.indexOf(stage);
    await report(stage, done, STAGES.length);
    return reportShare(report, stage, done, STAGES.length);
  };
  const path = deps.media.of(work.medium);
  const file = await storedFile(deps, work);

  const share = await step('fingerprint');
  // What a check is compared by knows more than what is kept; after a crash it is made again.
  const print = await path.fingerprint(file, share);
  if (print.earlyEnd) {
    // What is registered is for ever: the record of a part would stand in the way of the whole.
    throw new InputError('corrupt_media', describeEarlyEnd(print.earlyEnd));
  }
  let kept: LeafPrint = print;
  if (work.state === 'fingerprinted') {
    // The record is of what was stored, which an older program may have made.
    const stored = await path.loadPrint(work.id);
    if (stored && isBySameModels(stored, print)) kept = stored;
    else work = await storePrint(deps, path, work, print);
  } else {
    const text = path.textOf?.(print) ?? null;
    const { medium, title } = work;
    const iscc = await computeIscc({ path: file.path, medium, title, text }, deps.isccSource);
    work = await storePrint(deps, path, work, print, iscc);
  }
  const judged = await judge(deps, path, { work, file, print }, step);
  await step('record');
  await conclude(deps, path, work, kept, judged);
}

/** Keeps the print, in place of one that a model left which does not run any more: nothing was signed over that yet. */
async function storePrint(
  deps: Needs,
  path: MediumPath,
  work: Work,
  print: LeafPrint,
  iscc: WorkIscc | null = null,
): Promise<Work> {
  return await deps.db.transaction(async (sql) => {
    if (work.state === 'fingerprinted') await path.removePrint(sql, work.id);
    const printPosition = await path.storePrint(sql, work.id, print);
    if (iscc) await deps.isccUnits.insertUnits(sql, work.id, iscc.units);
    return await deps.works.moveWork(sql, work.id, [work.state], 'fingerprinted', {
      code: print.leaves[0]!.code,
      fingerprintRoot: fingerprintTree(print.leaves).root,
      modelDigest: print.modelDigest,
      ...(iscc ? { iscc: iscc.code } : {}),
      printPosition,
    });
  });
}

/** Whether two prints of one file name the same models; one from before films had leaves of sound names none for it. */
function isBySameModels(stored: LeafPrint, fresh: LeafPrint): boolean {
  const sound = stored.sound?.modelDigest ?? null;
  return stored.modelDigest === fresh.modelDigest && (sound === null || sound === fresh.sound?.modelDigest);
}

/** A verdict, and the unsigned works that did not count for it. */
interface Judged {
  readonly verdict: Verdict;
  readonly passed: readonly WorkId[];
  /** The work with the very same bytes, when it does not make way (any more). */
  readonly sameBytes: WorkId | null;
}

interface Subject {
  readonly work: Work;
  readonly file: MediaFile;
  readonly print: LeafPrint;
}

async function judge(
  deps: Needs,
  path: MediumPath,
  { work, file, print }: Subject,
  step: Step,
): Promise<Judged> {
  const share = await step('match');
  await path.catchUp();
  const policy = policyOf(path, deps.policy);
  const same = (await deps.works.findWorksByContent(work.contentHash)).find(({ id }) => id !== work.id);
  const query = { file, print, same: same?.id ?? null, exclude: [work.id], policy };
  const matches = await path.match(query, share);
  await step('decide');
  const relevant = matches.filter((match) => outcomeOf(match, policy) !== 'distinct');
  const settled = await settleMatches(deps, work, relevant);
  const passed = await findPassed(deps, work, policy, settled);
  const standing = settled.filter((match) => !passed.includes(match.workId));
  const sameBytes = standing.find((match) => match.workId === same?.id)?.workId ?? null;
  const verdict = addWarnings(decide(standing, policy, path.model.digest), print);
  return { verdict, passed, sameBytes };
}

async function conclude(
  deps: Needs,
  path: MediumPath,
  work: Work,
  print: LeafPrint,
  { verdict, passed, sameBytes }: Judged,
): Promise<void> {
  const turnAway = (problem: NonNullable<Work['problem']>) =>
    deps.db.transaction(async (sql) => {
      await path.removePrint(sql, work.id);
      await deps.works.moveWork(sql, work.id, ['fingerprinted'], 'rejected', { verdict, problem });
    });
  if (sameBytes !== null) {
    // Not for a person to decide: the same bytes are registered once.
    await turnAway({ code: 'already_registered', detail: await describeSame(deps, sameBytes) });
    return;
  }
  const foreign = await foreignMatches(deps, work, verdict);
  const worst = foreign[0];
  const copied = worst !== undefined && outcomeOf(worst, policyOf(path, deps.policy)) === 'copy';
  if (copied && deps.policy.onCopy === 'reject') {
    await turnAway({ code: 'copy_of_registered_work', detail: await describeCopy(deps, worst) });
    return;
  }
  const { model, soundModel } = path;
  const isccUnits = (await deps.isccUnits.findUnits(work.id)).map((unit) => encodeUnit(unit));
  const metadata = buildMetadata({ ...work, model, soundModel, print, isccUnits });
  await deps.content.put(metadata.bytes);
  const { record, recordDigest } = buildWorkRecord({ ...work, print, metadataCid: metadata.cid });
  await deps.db.transaction(async (sql) => {
    // Whoever waits for a review is not taken yet, and may never be.
    if (!worst) await withdrawPassed(deps, sql, passed);
    await deps.works.moveWork(sql, work.id, ['fingerprinted'], worst ? 'in_review' : 'decided', {
      verdict,
      passed: worst ? passed : [],
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

async function describeSame(deps: Needs, id: WorkId): Promise<string> {
  const same = await deps.works.findWork(id);
  const seen = same !== null && isSigned(same);
  return seen
    ? `these bytes are ${id}, signed meanwhile`
    : 'these bytes were accepted from somebody else meanwhile';
}

async function describeCopy(deps: Needs, match: Match): Promise<string> {
  const percent = Math.floor(match.probability * 1000) / 10;
  const copied = `this copies ${match.workId} of another owner (probability ${percent} %)`;
  const original = (await deps.works.findStandings([match.workId])).get(match.workId);
  if (!original || isSigned(original)) return copied;
  const until = heldUntil(deps, original);
  if (!Number.isFinite(until)) return `${copied}, which is not signed yet`;
  return `${copied}, which is not signed yet and stands against this until ${new Date(until).toISOString()}`;
}
