import type { AffineTransform } from '../../domain/match.ts';
import type { Box } from '../../domain/media.ts';

/** A point in fractions of a picture. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

/** A pair of places that seem to show the same, with a weight. */
export interface PointPair {
  readonly from: Point;
  readonly to: Point;
  readonly weight: number;
}

export const IDENTITY: AffineTransform = { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 };

/** The eight ways to lay a square over itself: as it is, mirrored, turned by quarters. */
export const SQUARE_WAYS: readonly AffineTransform[] = [1, -1].flatMap((x) =>
  [1, -1].flatMap((y) => {
    const [c, f] = [x < 0 ? 1 : 0, y < 0 ? 1 : 0];
    return [
      { a: x, b: 0, c, d: 0, e: y, f },
      { a: 0, b: x, c, d: y, e: 0, f },
    ];
  }),
);

/** Where a transform sends a point. */
export function applyAffine(t: AffineTransform, p: Point): Point {
  return { x: t.a * p.x + t.b * p.y + t.c, y: t.d * p.x + t.e * p.y + t.f };
}

/** Signed area factor; negative when the transform mirrors. */
export function determinant(t: AffineTransform): number {
  return t.a * t.e - t.b * t.d;
}

/** The inverse; null when the transform flattens the plane. */
export function invertAffine(t: AffineTransform): AffineTransform | null {
  const det = determinant(t);
  if (Math.abs(det) < 1e-9) return null;
  const a = t.e / det;
  const b = -t.b / det;
  const d = -t.d / det;
  const e = t.a / det;
  return { a, b, c: -(a * t.c + b * t.f), d, e, f: -(d * t.c + e * t.f) };
}

/** First `first`, then `second`. */
export function composeAffine(second: AffineTransform, first: AffineTransform): AffineTransform {
  return {
    a: second.a * first.a + second.b * first.d,
    b: second.a * first.b + second.b * first.e,
    c: second.a * first.c + second.b * first.f + second.c,
    d: second.d * first.a + second.e * first.d,
    e: second.d * first.b + second.e * first.e,
    f: second.d * first.c + second.e * first.f + second.f,
  };
}

/** The transform that stretches `WHOLE` over `box`. */
export function boxTransform(box: Box): AffineTransform {
  return { a: box.width, b: 0, c: box.x, d: 0, e: box.height, f: box.y };
}

/**
 * Weighted least squares over pairs, pulled a little towards `prior` so that few or aligned points cannot bend
 * it. Null when the pairs do not determine a transform.
 */
export function fitAffine(pairs: readonly PointPair[], prior?: AffineTransform): AffineTransform | null {
  let w = 0;
  let mx = 0;
  let my = 0;
  for (const { from, weight } of pairs) {
    w += weight;
    mx += weight * from.x;
    my += weight * from.y;
  }
  if (w <= 0) return null;
  mx /= w;
  my /= w;
  let sxx = 0;
  let sxy = 0;
  let syy = 0;
  const right = [0, 0, 0, 0, 0, 0] as [number, number, number, number, number, number];
  const pull = prior ? 0.002 * w : 0;
  for (const { from, to, weight } of pairs) {
    const x = from.x - mx;
    const y = from.y - my;
    sxx += weight * x * x;
    sxy += weight * x * y;
    syy += weight * y * y;
    right[0] += weight * x * to.x;
    right[1] += weight * y * to.x;
    right[2] += weight * to.x;
    right[3] += weight * x * to.y;
    right[4] += weight * y * to.y;
    right[5] += weight * to.y;
  }
  sxx += pull;
  syy += pull;
  if (prior) {
    right[0] += pull * prior.a;
    right[1] += pull * prior.b;
    right[3] += pull * prior.d;
    right[4] += pull * prior.e;
  }
  const det = sxx * syy - sxy * sxy;
  if (det < 1e-12 * w * w) return null;
  const a = (right[0] * syy - right[1] * sxy) / det;
  const b = (right[1] * sxx - right[0] * sxy) / det;
  const d = (right[3] * syy - right[4] * sxy) / det;
  const e = (right[4] * sxx - right[3] * sxy) / det;
  return { a, b, c: right[2] / w - a * mx - b * my, d, e, f: right[5] / w - d * mx - e * my };
}

/** Smallest and largest stretch of a transform (its singular values). */
export function stretches(t: AffineTransform): { least: number; most: number } {
  const half = (t.a * t.a + t.b * t.b + t.d * t.d + t.e * t.e) / 2;
  const det = determinant(t);
  const root = Math.sqrt(Math.max(0, half * half - det * det));
  return { least: Math.sqrt(Math.max(0, half - root)), most: Math.sqrt(half + root) };
}

/**
 * The part of the unit square of the target that the source's `box` covers, as the corners of a convex polygon
 * (empty when they do not meet). Sutherland–Hodgman clipping.
 */
export function coveredPolygon(t: AffineTransform, box: Box): Point[] {
  const { x, y, width, height } = box;
  let polygon: Point[] = [
    { x, y },
    { x: x + width, y },
    { x: x + width, y: y + height },
    { x, y: y + height },
  ].map((corner) => applyAffine(t, corner));
  polygon = clip(polygon, (p) => p.x);
  polygon = clip(polygon, (p) => 1 - p.x);
  polygon = clip(polygon, (p) => p.y);
  return clip(polygon, (p) => 1 - p.y);
}

function clip(polygon: readonly Point[], inside: (p: Point) => number): Point[] {
  const out: Point[] = [];
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length]!;
    const dp = inside(p);
    const dq = inside(q);
    if (dp >= 0) out.push(p);
    if (dp >= 0 !== dq >= 0) {
      const share = dp / (dp - dq);
      out.push({ x: p.x + share * (q.x - p.x), y: p.y + share * (q.y - p.y) });
    }
  });
  return out;
}

/** Area of a polygon (shoelace formula). */
export function polygonArea(polygon: readonly Point[]): number {
  let twice = 0;
  polygon.forEach((p, i) => {
    const q = polygon[(i + 1) % polygon.length]!;
    twice += p.x * q.y - q.x * p.y;
  });
  return Math.abs(twice) / 2;
}

/** Smallest box around points, inside the unit square. */
export function boundingBox(points: readonly Point[]): Box {
  const clamp = (value: number) => Math.min(1, Math.max(0, value));
  const xs = points.map((p) => clamp(p.x));
  const ys = points.map((p) => clamp(p.y));
  const x = Math.min(...xs);
  const y = Math.min(...ys);
  return { x, y, width: Math.max(...xs) - x, height: Math.max(...ys) - y };
}
