import type { Print, Sketch } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { AffineTransform } from '../../domain/match.ts';
import type { Raster } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';
import { toRegion } from '../fingerprint/index.ts';
import { applyAffine, SQUARE_WAYS } from './affine.ts';
import { cosine } from './background.ts';
import type { ViewPair } from './candidates.ts';
import { findCandidates, pairExactly } from './candidates.ts';
import type { MatchDependencies } from './match-dependencies.ts';
import type { PixelAgreement } from './pixel-agreement.ts';
import { agreeCoarsely, agreeInPixels } from './pixel-agreement.ts';
import type { QueryView } from './query-views.ts';
import { invert } from './query-views.ts';
import type { Alignment, Hypothesis } from './verify-candidate.ts';
import { align, locate, shownArea, straighten } from './verify-candidate.ts';

/** All that is known of one candidate. */
export interface Examined {
  readonly workId: WorkId;
  readonly print: Print;
  /** Pairs of views and segments, most similar first. */
  readonly pairs: readonly ViewPair[];
  /** Cosine of the two whole pictures. */
  readonly whole: number;
  readonly hypothesis: Hypothesis | null;
  readonly alignment: Alignment | null;
  readonly pixels: PixelAgreement | null;
}

/** Candidates whose located area is embedded again. */
const MAX_STRAIGHTENED = 6;
/**
 * Normalized similarity of its best pair below which a candidate is not looked at more closely: of held-out copies that
 * come in as candidates 1 in 50 lies below, of the strangers among them 3 in 4, and the closer look is what costs.
 */
const LEAST_NORMALIZED = 0.12;
/** Candidates that are looked at whatever their similarity: a badly damaged copy is still the most similar. */
const ALWAYS_EXAMINED = 3;
/**
 * Cosine of the whole pictures from which, when no placement was found, the plain ones are tried by their pixels:
 * drawings with large flat areas give local descriptors nothing to hold on to.
 */
const WHOLE_ALIKE = 0.5;
/** Plain placements, of eight, that are tried in full. */
const MAX_WAYS = 2;

/**
 * Finds works near the query and looks at each more closely: exact similarities, agreement of local descriptors
 * on one transform, and the located area embedded again in the position of the work. `before` is what was given for
 * the first of these views: a candidate that the further views are not nearer to is not looked at again.
 */
export async function examineCandidates(
  raster: Raster,
  views: readonly QueryView[],
  deps: MatchDependencies,
  options: { skip: ReadonlySet<WorkId>; limit: number },
  before: readonly Examined[] = [],
): Promise<Examined[]> {
  const known = new Map(before.map((one) => [one.workId, one]));
  const near = findCandidates(views, deps.search, deps.background, options.limit + options.skip.size);
  const candidates = near.filter(({ workId }) => !options.skip.has(workId)).slice(0, options.limit);
  const prints = await deps.prints.loadPrints(candidates.map(({ workId }) => workId));
  const agree = rememberAgreement(raster);
  let examined: Examined[] = [];
  for (const { workId } of candidates) {
    const print = prints.get(workId);
    if (!print) continue; // gone since the index was asked
    const pairs = pairExactly(views, print, deps.background);
    const isFar = (pairs[0]?.normalized ?? 0) < LEAST_NORMALIZED;
    if (isFar && examined.length >= ALWAYS_EXAMINED) continue;
    const held = known.get(workId);
    if (held && samePairs(held.pairs, pairs)) {
      examined.push(held);
      continue;
    }
    await pause();
    const hypothesis = choose(locate(views, pairs, print), print, agree);
    const whole = cosine(views[0]!.segment.vector, print.segments[0]!.vector);
    examined.push({ workId, print, pairs, whole, hypothesis, alignment: null, pixels: null });
  }
  examined.sort((a, b) => (b.hypothesis?.score ?? 0) - (a.hypothesis?.score ?? 0));
  examined = await lookAgain(raster, examined, deps);
  return examined.map((one) => (one.pixels ? one : { ...one, pixels: comparePixels(raster, one, agree) }));
}

function samePairs(a: readonly ViewPair[], b: readonly ViewPair[]): boolean {
  return (
    a.length === b.length &&
    a.every(({ view, segment }, i) => view === b[i]!.view && segment === b[i]!.segment)
  );
}

/** Lets other requests have a turn: a candidate takes some milliseconds of this thread. */
function pause(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

type Agree = (transform: AffineTransform, sketch: Sketch) => PixelAgreement | null;

/** `agreeInPixels` of one query: a guess that was compared once is not compared again. A transform belongs to one work. */
function rememberAgreement(raster: Raster): Agree {
  const known = new Map<AffineTransform, PixelAgreement | null>();
  return (transform, sketch) => {
    let found = known.get(transform);
    if (found === undefined) {
      found = agreeInPixels(raster, transform, sketch);
      known.set(transform, found);
    }
    return found;
  };
}

/** Of two guesses, the one along which more of the pixels agree; without a sketch, the better supported. */
function choose(guesses: readonly Hypothesis[], print: Print, agree: Agree): Hypothesis | null {
  const [first, second] = guesses;
  if (!first || !second || !print.sketch || isAlike(first.transform, second.transform)) return first ?? null;
  const sketch = print.sketch;
  const agreeing = ({ transform }: Hypothesis) => agree(transform, sketch)?.agreeing ?? 0;
  return agreeing(second) > agreeing(first) ? second : first;
}

/** Whether two transforms send the corners of a picture to about the same places. */
function isAlike(a: AffineTransform, b: AffineTransform): boolean {
  return [0, 1].every((x) =>
    [0, 1].every((y) => {
      const [p, q] = [applyAffine(a, { x, y }), applyAffine(b, { x, y })];
      return Math.hypot(p.x - q.x, p.y - q.y) < 0.08;
    }),
  );
}

function comparePixels(raster: Raster, one: Examined, agree: Agree): PixelAgreement | null {
  const { sketch } = one.print;
  const transform = one.alignment?.transform ?? one.hypothesis?.transform;
  if (!sketch) return null;
  let best = transform ? agree(transform, sketch) : null;
  if (one.whole < WHOLE_ALIKE || (best && best.agreeing >= 0.5 * best.blocks)) return best;
  for (const way of likeliestWays(raster, sketch)) {
    const found = agreeInPixels(raster, way, sketch);
    if (found && found.agreeing > (best?.agreeing ?? 0)) best = found;
  }
  return best;
}

/** Of the plain placements, those along which most agrees at a glance. */
function likeliestWays(raster: Raster, sketch: Sketch): AffineTransform[] {
  return SQUARE_WAYS.map((way) => ({ way, agreeing: agreeCoarsely(raster, way, sketch) }))
    .sort((a, b) => b.agreeing - a.agreeing)
    .slice(0, MAX_WAYS)
    .map(({ way }) => way);
}

/** Embeds the located areas of the best candidates together, one run of the network for all. */
async function lookAgain(
  raster: Raster,
  examined: readonly Examined[],
  deps: MatchDependencies,
): Promise<Examined[]> {
  let negative: Raster | undefined;
  const jobs: { index: number; transform: AffineTransform; pixels: Uint8Array }[] = [];
  examined.slice(0, MAX_STRAIGHTENED).forEach((one, index) => {
    if (one.alignment) return;
    const transform = one.hypothesis?.transform;
    const area = transform && shownArea(transform);
    if (one.hypothesis?.negative) negative ??= invert(raster);
    const source = one.hypothesis?.negative ? negative! : raster;
    const pixels = transform && area && straighten(source, transform, area.box);
    if (transform && pixels) jobs.push({ index, transform, pixels });
  });
  if (jobs.length === 0) return [...examined];
  const embeddings = await deps.embedder.embed(jobs.map((job) => job.pixels));
  const out = [...examined];
  jobs.forEach(({ index, transform }, i) => {
    const embedding = embeddings[i]!;
    const seen = toRegion(embedding, WHOLE, deps.embedder.head);
    const one = examined[index]!;
    const alignment = align(transform, seen, one.print);
    // Pixels that were compared along the first guess only are compared again.
    if (alignment) out[index] = { ...one, alignment, pixels: null };
  });
  return out;
}
