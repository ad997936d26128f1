import type { Print } from '../../domain/fingerprint.ts';
import type { Match, MatchReason } from '../../domain/match.ts';
import { WHOLE } from '../../domain/media.ts';
import { regionSegment } from '../../domain/region-segment.ts';
import { applyAffine, boundingBox, coveredPolygon, determinant, invertAffine } from './affine.ts';
import { cosine } from './background.ts';
import { hammingDistance } from './code-distance.ts';
import type { Examined } from './examine-candidates.ts';
import type { QueryView } from './query-views.ts';

/** Bits of 256 within which two codes are called alike; strangers differ in about 128, one deviation is 8 to 16. */
const CODE_ALIKE = 64;
/** Cells in place from which geometry is named as a reason. */
const GEOMETRY_CELLS = 10;
/** Patches that agree in their pixels, and at least half of those seen, from which that is named as a reason. */
const PIXEL_BLOCKS = 8;

/**
 * What is answered of one candidate: the place on both sides and the reasons, each with its numbers. `similarity`
 * and the two segment indexes name segments of the two prints, so that anyone with both files can recompute them;
 * the views of this check, finer than a print, speak through the reasons.
 */
export function toMatch(
  one: Examined,
  views: readonly QueryView[],
  query: Print,
  probability: number,
): Match {
  const segments = bestSegments(query, one.print);
  const best = one.pairs[0]!;
  const transform = believedTransform(one);
  const areas = transform && copiedAreas(transform);
  const match = {
    workId: one.workId,
    medium: 'image',
    similarity: segments.similarity,
    probability,
    querySegment: segments.querySegment,
    workSegment: segments.workSegment,
    queryBox: areas?.queryBox ?? views[best.view]!.box,
    workBox: areas?.workBox ?? one.print.segments[best.segment]!.box,
    transform,
    mirrored: transform !== null && determinant(transform) < 0,
    reasons: reasonsOf(one, views, hammingDistance(segments.queryCode, segments.workCode)),
  } as const;
  return { ...match, segments: [regionSegment(match)] };
}

/** The finest transform that enough places or pixels agree on. */
function believedTransform({ alignment, pixels }: Examined): Match['transform'] {
  if (pixels && pixels.agreeing >= PIXEL_BLOCKS && pixels.agreeing >= 0.5 * pixels.blocks)
    return pixels.transform;
  return alignment && alignment.consistent >= GEOMETRY_CELLS ? alignment.transform : null;
}

function bestSegments(query: Print, work: Print) {
  let best = { querySegment: 0, workSegment: 0, similarity: -1 };
  query.segments.forEach((a, querySegment) => {
    work.segments.forEach((b, workSegment) => {
      const similarity = cosine(a.vector, b.vector);
      if (similarity > best.similarity) best = { querySegment, workSegment, similarity };
    });
  });
  return {
    ...best,
    queryCode: query.segments[best.querySegment]!.code,
    workCode: work.segments[best.workSegment]!.code,
  };
}

function copiedAreas(transform: NonNullable<Match['transform']>) {
  const back = invertAffine(transform);
  const polygon = coveredPolygon(transform, WHOLE);
  if (!back || polygon.length < 3) return null;
  return {
    workBox: boundingBox(polygon),
    queryBox: boundingBox(polygon.map((point) => applyAffine(back, point))),
  };
}

function reasonsOf(one: Examined, views: readonly QueryView[], distance: number): MatchReason[] {
  const best = one.pairs[0]!;
  const { alignment, hypothesis, pixels } = one;
  const reasons: MatchReason[] = [
    {
      kind: 'embedding',
      similarity: best.similarity,
      normalized: best.normalized,
      detail: `${views[best.view]!.box.width < 1 ? 'the part most alike is' : 'the pictures are'} ${Math.round(100 * best.similarity)} % alike to the network`,
    },
  ];
  if (distance <= CODE_ALIKE) {
    reasons.push({
      kind: 'code',
      hammingDistance: distance,
      detail: `${256 - distance} of 256 bits of their codes are equal`,
    });
  }
  if (alignment && alignment.consistent >= GEOMETRY_CELLS) {
    reasons.push({
      kind: 'geometry',
      inliers: alignment.consistent,
      tentative: Math.max(alignment.cells, hypothesis?.tentative ?? 0),
      detail: `${alignment.consistent} of ${alignment.cells} places lie where one copy of the other would have them`,
    });
  }
  if (pixels && pixels.agreeing >= PIXEL_BLOCKS && pixels.agreeing >= 0.5 * pixels.blocks) {
    reasons.push({
      kind: 'geometry',
      inliers: pixels.agreeing,
      tentative: pixels.blocks,
      detail: `laid over each other, ${pixels.agreeing} of ${pixels.blocks} patches agree in their pixels`,
    });
  }
  return reasons;
}
