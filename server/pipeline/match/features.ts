import type { MatchFeatures } from './calibration.ts';
import type { Examined } from './examine-candidates.ts';

/**
 * One candidate as numbers, for the calibration. All grow with the likelihood of a copy.
 *
 * - `similarity`, `normalized`: best pair of a view and a segment, cosine without and with score normalization
 * - `whole`: cosine of the whole pictures
 * - `inliers`, `inlierShare`: first look at the local descriptors (log of the count; share of the tentative)
 * - `agreement`: share of the visible cells that find their like where it should be
 * - `agreeing`: log of their number
 * - `cells`: mean cosine of visible cells in place
 * - `aligned`: cosine of the straightened area with the segment over it, times their overlap
 */
export function matchFeatures(one: Examined): MatchFeatures {
  const best = one.pairs[0];
  const { hypothesis, alignment, pixels } = one;
  const whole = one.pairs.find((pair) => pair.view === 0 && pair.segment === 0);
  return {
    similarity: best?.similarity ?? 0,
    normalized: best?.normalized ?? 0,
    whole: whole?.similarity ?? 0,
    inliers: Math.log1p(hypothesis?.inliers ?? 0),
    inlierShare: hypothesis ? hypothesis.inliers / hypothesis.tentative : 0,
    agreement: alignment ? alignment.consistent / alignment.cells : 0,
    agreeing: Math.log1p(alignment?.consistent ?? 0),
    cells: alignment?.cellSimilarity ?? 0,
    aligned: alignment ? alignment.similarity * alignment.segmentOverlap : 0,
    alignedRaw: alignment?.similarity ?? 0,
    overlap: alignment?.segmentOverlap ?? 0,
    workCoverage: alignment?.workCoverage ?? 0,
    queryCoverage: alignment?.queryCoverage ?? 0,
    pixelShare: pixels && pixels.blocks > 0 ? pixels.agreeing / pixels.blocks : 0,
    pixelBlocks: Math.log1p(pixels?.agreeing ?? 0),
    pixelCorrelation: pixels?.correlation ?? 0,
  };
}
