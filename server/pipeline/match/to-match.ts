import type { Match, MatchReason } from '../../domain/match.ts';
import { WHOLE } from '../../domain/media.ts';
import { applyAffine, boundingBox, coveredPolygon, determinant, invertAffine } from './affine.ts';
import { hammingDistance } from './code-distance.ts';
import type { Examined } from './examine-candidates.ts';
import type { QueryView } from './query-views.ts';

/** Bits of 256 within which two codes are called alike; strangers differ in about 128, one deviation is 8 to 16. */
const CODE_ALIKE = 64;
/** Cells in place from which geometry is named as a reason. */
const GEOMETRY_CELLS = 10;

/** What is answered of one candidate: the place on both sides and the reasons, each with its numbers. */
export function toMatch(one: Examined, views: readonly QueryView[], probability: number): Match {
  const best = one.pairs[0]!;
  const { alignment } = one;
  const transform = alignment && alignment.consistent >= GEOMETRY_CELLS ? alignment.transform : null;
  const areas = transform && copiedAreas(transform);
  return {
    workId: one.workId,
    similarity: Math.max(best.similarity, alignment?.similarity ?? -1),
    probability,
    querySegment: best.view,
    workSegment: best.segment,
    queryBox: areas?.queryBox ?? views[best.view]!.box,
    workBox: areas?.workBox ?? one.print.segments[best.segment]!.box,
    transform,
    mirrored: transform !== null && determinant(transform) < 0,
    reasons: reasonsOf(one, views),
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

function reasonsOf(one: Examined, views: readonly QueryView[]): MatchReason[] {
  const best = one.pairs[0]!;
  const { alignment, hypothesis } = one;
  const distance = hammingDistance(views[best.view]!.segment.code, one.print.segments[best.segment]!.code);
  const reasons: MatchReason[] = [
    {
      kind: 'embedding',
      similarity: best.similarity,
      normalized: best.normalized,
      detail: `the pictures are ${Math.round(100 * best.similarity)} % alike to the network`,
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
  return reasons;
}
