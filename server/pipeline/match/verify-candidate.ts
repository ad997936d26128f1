import type { Print } from '../../domain/fingerprint.ts';
import type { AffineTransform } from '../../domain/match.ts';
import type { Box, Raster } from '../../domain/media.ts';
import { WHOLE } from '../../domain/media.ts';
import type { RegionPrint } from '../fingerprint/index.ts';
import { EMBED_SIDE, warpRaster } from '../fingerprint/index.ts';
import type { PointPair } from './affine.ts';
import {
  applyAffine,
  boundingBox,
  boxTransform,
  composeAffine,
  coveredPolygon,
  determinant,
  fitAffine,
  invertAffine,
  polygonArea,
  SQUARE_WAYS,
} from './affine.ts';
import { cosine } from './background.ts';
import type { ViewPair } from './candidates.ts';
import { cellCentre, cellSimilarities, mutualNeighbours } from './correspondences.ts';
import type { QueryView } from './query-views.ts';
import type { Consensus } from './ransac.ts';
import { bestOfSeeds, findConsensus } from './ransac.ts';

/** A guess at where a work lies in the query, with what speaks for it so far. */
export interface Hypothesis {
  /** Fractions of the query to fractions of the work. */
  readonly transform: AffineTransform;
  readonly inliers: number;
  readonly tentative: number;
  /** Sum of the inliers' cosines. */
  readonly score: number;
  /** Whether it is the negative of the query that agrees. */
  readonly negative: boolean;
}

/** What a second look at the located area found. */
export interface Alignment {
  readonly transform: AffineTransform;
  /** Area of the work that the query shows, in fractions of the work. */
  readonly workBox: Box;
  /** Share of the work's area that the query shows, and of the query's area that shows the work. */
  readonly workCoverage: number;
  readonly queryCoverage: number;
  /** Visible cells, and how many of them find their like in the place where they should be. */
  readonly cells: number;
  readonly consistent: number;
  /** Mean cosine of visible cells with the work's cells around the place where they should be. */
  readonly cellSimilarity: number;
  /** Cosine of the straightened area with the segment of the work that covers it best. */
  readonly similarity: number;
  readonly segment: number;
  /** Intersection over union of that segment's box with the area. */
  readonly segmentOverlap: number;
}

/** Views looked at closely a candidate. */
const MAX_VIEWS = 3;

/**
 * First pass: guesses at the place by the local descriptors of a view of the query and of the work. At most two,
 * the better supported first: what most pairs agree on, and the best of the plain placements (a view over a segment
 * as it is, mirrored or turned), which is right for pictures so flat that most cells look alike.
 */
export function locate(views: readonly QueryView[], pairs: readonly ViewPair[], print: Print): Hypothesis[] {
  if (!print.local) return [];
  const order = [...new Set([...pairs.map((pair) => pair.view), 0])].slice(0, MAX_VIEWS);
  let free: Hypothesis | null = null;
  let plain: Hypothesis | null = null;
  for (const index of order) {
    const view = views[index]!;
    const tentative = mutualNeighbours(view.local, view.box, print.local, WHOLE);
    const tolerance = { fromCell: cellOf(view.box, view.local), toCell: cellOf(WHOLE, print.local) };
    const segments = new Set([0, ...pairs.filter((pair) => pair.view === index).map((pair) => pair.segment)]);
    const seeds = [...segments].flatMap((segment) => placements(view.box, print.segments[segment]!.box));
    const asHypothesis = ({ transform, inliers, score }: Consensus): Hypothesis => {
      return {
        transform,
        inliers: inliers.length,
        tentative: tentative.length,
        score,
        negative: view.negative,
      };
    };
    free = better(free, findConsensus(tentative, tolerance), asHypothesis);
    plain = better(plain, bestOfSeeds(tentative, seeds, tolerance), asHypothesis);
  }
  return [free, plain].filter((one) => one !== null).sort((a, b) => b.score - a.score);
}

function better(
  held: Hypothesis | null,
  found: Consensus | null,
  asHypothesis: (consensus: Consensus) => Hypothesis,
): Hypothesis | null {
  return found && (!held || found.score > held.score) ? asHypothesis(found) : held;
}

function cellOf(box: Box, map: { columns: number; rows: number }): { width: number; height: number } {
  return { width: box.width / map.columns, height: box.height / map.rows };
}

/** One box laid over another in the eight ways of a square. */
function placements(from: Box, to: Box): AffineTransform[] {
  const toUnit = invertAffine(boxTransform(from));
  if (!toUnit) return [];
  return SQUARE_WAYS.map((way) => composeAffine(boxTransform(to), composeAffine(way, toUnit)));
}

/** The area of the work that a transform says the query shows; null when there is hardly any. */
export function shownArea(
  transform: AffineTransform,
): { box: Box; workCoverage: number; queryCoverage: number } | null {
  const polygon = coveredPolygon(transform, WHOLE);
  const workCoverage = polygonArea(polygon);
  if (polygon.length < 3 || workCoverage < 0.01) return null;
  const back = invertAffine(transform);
  if (!back) return null;
  const queryCoverage = polygonArea(polygon.map((point) => applyAffine(back, point)));
  return { box: boundingBox(polygon), workCoverage, queryCoverage };
}

/** Pixels of the query straightened so that they lie as the area `box` of the work does; for a second embedding. */
export function straighten(raster: Raster, transform: AffineTransform, box: Box): Uint8Array | null {
  const back = invertAffine(transform);
  if (!back) return null;
  return warpRaster(raster, composeAffine(back, boxTransform(box)), EMBED_SIDE);
}

/** Second pass: compares the straightened area with the work, cell by cell in place, and corrects the transform. */
export function align(transform: AffineTransform, seen: RegionPrint, print: Print): Alignment | null {
  const area = shownArea(transform);
  const back = invertAffine(transform);
  if (!area || !back || !print.local) return null;
  const work = print.local;
  const similarities = cellSimilarities(seen.local, work);
  const workCells = work.columns * work.rows;
  const pairs: PointPair[] = [];
  let cells = 0;
  let consistent = 0;
  let sum = 0;
  for (let i = 0; i < seen.local.columns * seen.local.rows; i++) {
    const place = cellCentre(seen.local, area.box, i);
    const source = applyAffine(back, place);
    if (source.x < 0 || source.y < 0 || source.x > 1 || source.y > 1) continue;
    cells++;
    const row = similarities.subarray(i * workCells, (i + 1) * workCells);
    const near = lookAround(row, work.columns, work.rows, place);
    sum += near.best;
    if (near.best >= near.elsewhere) {
      consistent++;
      pairs.push({ from: place, to: near.place, weight: near.best });
    }
  }
  if (cells === 0) return null;
  const correction = pairs.length >= 6 ? fitAffine(pairs) : null;
  const corrected =
    correction && determinant(correction) > 0.3 ? composeAffine(correction, transform) : transform;
  return {
    transform: corrected,
    workBox: area.box,
    workCoverage: area.workCoverage,
    queryCoverage: area.queryCoverage,
    cells,
    consistent,
    cellSimilarity: sum / cells,
    ...nearestSegment(seen, area.box, print),
  };
}

/** Best cosine within one cell and a half of a place, best elsewhere, and where exactly the near ones peak. */
function lookAround(row: Float32Array, columns: number, rows: number, place: { x: number; y: number }) {
  const cx = place.x * columns - 0.5;
  const cy = place.y * rows - 0.5;
  let best = -1;
  let elsewhere = -1;
  let mass = 0;
  let px = 0;
  let py = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = row[r * columns + c]!;
      if (Math.abs(c - cx) <= 1.5 && Math.abs(r - cy) <= 1.5) {
        best = Math.max(best, value);
        const weight = Math.exp(12 * value);
        mass += weight;
        px += weight * c;
        py += weight * r;
      } else elsewhere = Math.max(elsewhere, value);
    }
  }
  return { best, elsewhere, place: { x: (px / mass + 0.5) / columns, y: (py / mass + 0.5) / rows } };
}

function nearestSegment(seen: RegionPrint, box: Box, print: Print) {
  let segment = 0;
  let segmentOverlap = -1;
  print.segments.forEach((candidate, i) => {
    const overlap = intersectionOverUnion(candidate.box, box);
    if (overlap > segmentOverlap) {
      segment = i;
      segmentOverlap = overlap;
    }
  });
  const similarity = cosine(seen.segment.vector, print.segments[segment]!.vector);
  return { segment, segmentOverlap, similarity };
}

/** Shared area of two boxes as a share of their joint area, 0…1. */
export function intersectionOverUnion(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  const shared = Math.max(0, width) * Math.max(0, height);
  const joint = a.width * a.height + b.width * b.height - shared;
  return joint === 0 ? 0 : shared / joint;
}
