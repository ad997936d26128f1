import type { WorkId } from '../../../domain/ids.ts';
import { alignTexts, chanceScore, meanWeight } from './align.ts';
import type { AlignedSegment } from './aligned-segment.ts';
import { findCandidates, placesByHash } from './candidates.ts';
import { describeChange } from './describe-change.ts';
import {
  coveredCharacters,
  DEFAULT_EXCLUSIONS,
  type ExclusionRules,
  findExclusions,
  foldedRange,
  within,
} from './exclusions.ts';
import { explainText } from './explain-text.ts';
import {
  copyProbability,
  TEXT_CALIBRATION,
  type TextCalibration,
  type TextFeatures,
} from './text-calibration.ts';
import type {
  ExcludedStretch,
  TextIndex,
  TextMatch,
  TextMatchSegment,
  TextRange,
  TextReferences,
  TextView,
} from './text-match.ts';

/** What matching is passed. */
export interface TextMatchDependencies {
  readonly index: TextIndex;
  readonly references: TextReferences;
}

export interface TextMatchOptions {
  readonly exclusions?: ExclusionRules;
  readonly calibration?: TextCalibration;
  /** Works that are compared in full, best chains first. */
  readonly maxCandidates?: number;
  /** Works that are not compared: the query itself, when it is registered. */
  readonly skip?: ReadonlySet<WorkId>;
}

/** A lone shared gram is chance in a long text; only a text of a few lines may be found by one. */
const LEAST_CHAIN = 1.75;
const SHORT_QUERY = 400;
/** Anchors told for one segment; the way between them is close to straight. */
const MAX_ANCHORS = 64;

/**
 * Third stage for texts: candidates from the inverted index, each aligned with the query, best first. What is
 * excluded is told and lowers the probability, down to 0 when nothing else is left.
 */
export async function matchText(
  query: TextView,
  dependencies: TextMatchDependencies,
  options: TextMatchOptions = {},
): Promise<TextMatch[]> {
  const exclusions = findExclusions(query, options.exclusions ?? DEFAULT_EXCLUSIONS);
  const places = placesByHash(query);
  const least = query.normalized.points.length <= SHORT_QUERY ? 0 : LEAST_CHAIN;
  const candidates = (await findCandidates(query, dependencies.index))
    .filter(({ workId, score }) => score >= least && !options.skip?.has(workId))
    .slice(0, options.maxCandidates ?? 32);
  const matches: TextMatch[] = [];
  for (const { workId } of candidates) {
    const source = await dependencies.references.load(workId);
    if (source === null) continue;
    const aligned = alignTexts(query, source, places);
    if (aligned.length === 0) continue;
    matches.push(
      toMatch(workId, query, source, aligned, exclusions, options.calibration ?? TEXT_CALIBRATION),
    );
  }
  return matches.sort((a, b) => b.probability - a.probability || b.queryCoverage - a.queryCoverage);
}

function toMatch(
  workId: WorkId,
  query: TextView,
  source: TextView,
  aligned: readonly AlignedSegment[],
  exclusions: readonly ExcludedStretch[],
  calibration: TextCalibration,
): TextMatch {
  const segments = aligned.map((segment) => toSegment(query, source, segment, exclusions));
  const features = textFeatures(query, source, aligned, segments);
  const queryCovered = coveredCharacters(segments.map((segment) => segment.query));
  const sourceRanges = segments.map((segment) => segment.source).sort((a, b) => a[0] - b[0]);
  const lengths = segments.map(({ query: [start, end] }) => end - start);
  const facts = {
    segments,
    similarity: segments.reduce((sum, s, i) => sum + s.similarity * lengths[i]!, 0) / sum(lengths),
    queryCoverage: queryCovered / Math.max(1, query.normalized.characters),
    sourceCoverage: coveredCharacters(sourceRanges) / Math.max(1, source.normalized.characters),
    reordered: segments.some((segment, i) => i > 0 && segment.source[0] < segments[i - 1]!.source[0]),
  };
  return {
    workId,
    ...facts,
    probability: copyProbability(features, calibration),
    ...explainText(facts, isSame(query.normalized.points, source.normalized.points)),
  };
}

function toSegment(
  query: TextView,
  source: TextView,
  segment: AlignedSegment,
  exclusions: readonly ExcludedStretch[],
): TextMatchSegment {
  const { queryFrom, queryTo, sourceFrom, sourceTo, edits } = segment;
  const queryRange = foldedRange(query, queryFrom, queryTo);
  const sourceRange = foldedRange(source, sourceFrom, sourceTo);
  const every = Math.ceil(segment.anchors.length / MAX_ANCHORS);
  const longer = Math.max(queryTo - queryFrom, sourceTo - sourceFrom, 1);
  return {
    query: queryRange,
    source: sourceRange,
    similarity: Math.max(0, 1 - edits / longer),
    edits,
    change: describeChange(slice(query, queryRange), slice(source, sourceRange), edits),
    excluded: within(exclusions, queryRange),
    anchors: segment.anchors
      .filter((_, i) => i % every === 0)
      .map((anchor) => ({
        query: foldedRange(query, anchor.query, anchor.query + anchor.size),
        source: foldedRange(source, anchor.source, anchor.source + anchor.size),
      })),
  };
}

/** What counts of a match, above what chance gives. */
export function textFeatures(
  query: TextView,
  source: TextView,
  aligned: readonly AlignedSegment[],
  segments: readonly TextMatchSegment[],
): TextFeatures {
  const points = query.normalized.points;
  const chance = chanceScore(points.length, source.normalized.points.length);
  let best = 0;
  let total = 0;
  let counted = 0;
  for (const [i, segment] of segments.entries()) {
    const [start, end] = segment.query;
    const excluded = coveredCharacters(segment.excluded.map((stretch) => stretch.query));
    const share = 1 - excluded / Math.max(1, end - start);
    const above = Math.max(0, aligned[i]!.score * meanWeight(points, aligned[i]!) * share - chance);
    best = Math.max(best, above);
    total += above;
    counted += end - start - excluded;
  }
  return {
    best: Math.log1p(best),
    total: Math.log1p(total),
    share: counted / Math.max(1, query.normalized.characters),
  };
}

/** The characters of a range; where all lie in the basic plane, places are units and need no search. */
function slice(view: TextView, [start, end]: TextRange): string {
  if (view.text.length === view.normalized.characters) return view.text.slice(start, end);
  let unit = 0;
  let at = 0;
  for (; at < start; at++) unit += view.text.codePointAt(unit)! > 0xffff ? 2 : 1;
  const from = unit;
  for (; at < end && unit < view.text.length; at++) unit += view.text.codePointAt(unit)! > 0xffff ? 2 : 1;
  return view.text.slice(from, unit);
}

function isSame(a: Uint32Array, b: Uint32Array): boolean {
  return a.length === b.length && a.every((point, i) => point === b[i]);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
