import type { MatchFeatures } from './calibration.ts';
import type { Examined } from './examine-candidates.ts';
import { toneEntropy } from './tone-entropy.ts';

/**
 * One candidate as numbers, for the calibration. All grow with the likelihood of a copy.
 *
 * - `similarity`, `normalized`: best pair of a view and a segment, cosine without and with score normalization
 * - `whole`: cosine of the whole pictures
 * - `inliers`, `inlierShare`: first look at the local descriptors (log of the count; share of the tentative)
 * - `agreement`: share of the visible cells that find their like where it should be
 * - `agreementBeyond`: as far as it lies beyond what strangers of the same scene reach
 * - `agreementTones`: the same, times the tones of the work (`toneEntropy`): works of few tones share them with others of their kind
 * - `agreeing`: log of their number
 * - `cells`: mean cosine of visible cells in place
 * - `aligned`: cosine of the straightened area with the segment over it, times their overlap
 * - `pixelShare`, `pixelBlocks`, `pixelCorrelation`: patches that agree in their pixels (share, log of the count),
 *   mean correlation of all
 * - `steadiness`: `pixelShare` as far as the patches moved as one flat sheet (a second shot of a scene does not)
 * - `steadinessRoot`: its square root: also half-steady patches say something
 * - `bentSteadiness`: the same for a sheet that may be bent
 * - `still`: `pixelShare` as far as no patches moved together against the others (`sharedStray`): mosaic and noise put patches off one by
 *   one, another place of the camera moves near things against far ones
 * - `…Capped`: the same up to where strangers of the same scene come; beyond, more of it is no more evidence
 * - `weakest`: correlation that nine tenths of the work's structure reach (`weakestTenth`), as far as it is above chance
 * - `strongest`: the better of `agreement` and `pixelShare`: a negative has pixels only, a heavy blur places only
 * - `containment`: share of the work in the query or of the query in the work; two shots of one scene overlap in part
 */
export function matchFeatures(one: Examined): MatchFeatures {
  const best = one.pairs[0];
  const { hypothesis, alignment, pixels } = one;
  const agreement = alignment ? alignment.consistent / alignment.cells : 0;
  const pixelShare = pixels && pixels.blocks > 0 ? pixels.agreeing / pixels.blocks : 0;
  const normalized = best?.normalized ?? 0;
  const aligned = alignment ? alignment.similarity * alignment.segmentOverlap : 0;
  const steady = (stray: number) => pixelShare * Math.exp(-1.2 * stray ** 2);
  const steadiness = pixels ? steady(pixels.stray) : 0;
  return {
    similarity: best?.similarity ?? 0,
    normalized,
    normalizedCapped: Math.min(normalized, 0.35),
    whole: one.whole,
    wholeCapped: Math.min(one.whole, 0.5),
    inliers: Math.log1p(hypothesis?.inliers ?? 0),
    inlierShare: hypothesis ? hypothesis.inliers / hypothesis.tentative : 0,
    agreement,
    agreementCapped: Math.min(agreement, 0.7),
    agreementBeyond: Math.max(0, agreement - 0.7),
    agreementTones: one.print.sketch ? agreement * toneEntropy(one.print.sketch) : 0,
    agreeing: Math.log1p(alignment?.consistent ?? 0),
    cells: alignment?.cellSimilarity ?? 0,
    aligned,
    alignedCapped: Math.min(aligned, 0.5),
    pixelShare,
    pixelBlocks: Math.log1p(pixels?.agreeing ?? 0),
    pixelCorrelation: pixels?.correlation ?? 0,
    steadiness,
    steadinessRoot: Math.sqrt(steadiness),
    bentSteadiness: pixels ? steady(pixels.bentStray) : 0,
    still: pixels ? pixelShare * Math.exp(-4 * pixels.sharedStray) : 0,
    weakest: Math.max(0, (pixels?.weakest ?? 0) - 0.3),
    strongest: Math.max(agreement, pixelShare),
    containment: Math.max(alignment?.workCoverage ?? 0, alignment?.queryCoverage ?? 0),
  };
}
