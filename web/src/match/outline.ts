/** Geometry of a match: the same area outlined in both pictures, in fractions of each. */
import type { AffineTransform, Match } from '../../../server/domain/match.ts';
import type { Box } from '../../../server/domain/media.ts';

/** A point in fractions of a picture. */
export type Point = readonly [x: number, y: number];

/** Where the copied area lies on both sides; points correspond one to one. */
export interface Outlines {
  readonly query: readonly Point[];
  readonly work: readonly Point[];
}

/** Maps a point of the query into the work. */
export function mapPoint(t: AffineTransform, [x, y]: Point): Point {
  return [t.a * x + t.b * y + t.c, t.d * x + t.e * y + t.f];
}

/** The transform from the work back to the query, or null when it flattens the plane. */
export function invert(t: AffineTransform): AffineTransform | null {
  const det = t.a * t.e - t.b * t.d;
  if (Math.abs(det) < 1e-9) return null;
  const a = t.e / det;
  const b = -t.b / det;
  const d = -t.d / det;
  const e = t.a / det;
  return { a, b, d, e, c: -(a * t.c + b * t.f), f: -(d * t.c + e * t.f) };
}

function corners(box: Box): Point[] {
  const { x, y, width, height } = box;
  return [
    [x, y],
    [x + width, y],
    [x + width, y + height],
    [x, y + height],
  ];
}

/** The part of a convex polygon inside the unit square (Sutherland–Hodgman, one side of the square after another). */
export function clipToPicture(polygon: readonly Point[]): Point[] {
  const sides: ((p: Point) => number)[] = [(p) => p[0], (p) => 1 - p[0], (p) => p[1], (p) => 1 - p[1]];
  let rest = [...polygon];
  for (const inside of sides) {
    const kept: Point[] = [];
    rest.forEach((to, i) => {
      const from = rest[(i + rest.length - 1) % rest.length]!;
      const [u, v] = [inside(from), inside(to)];
      if (u < 0 !== v < 0)
        kept.push([from[0] + ((to[0] - from[0]) * u) / (u - v), from[1] + ((to[1] - from[1]) * u) / (u - v)]);
      if (v >= 0) kept.push(to);
    });
    rest = kept;
  }
  return rest;
}

/**
 * Both outlines of a match. With a transform, the query's box is carried into the work, cut to the picture, and the
 * rest carried back, so that the two outlines show exactly the same area; without one, the two boxes are all we know.
 */
export function matchOutlines(match: Pick<Match, 'queryBox' | 'workBox' | 'transform'>): Outlines {
  const boxes = { query: corners(match.queryBox), work: corners(match.workBox) };
  const back = match.transform && invert(match.transform);
  if (!match.transform || !back) return boxes;
  const forward = match.transform;
  const work = clipToPicture(boxes.query.map((p) => mapPoint(forward, p)));
  if (work.length < 3) return boxes;
  return { work, query: work.map((p) => mapPoint(back, p)) };
}

/** `points` for an SVG polygon, scaled to the picture's pixels. */
export function svgPoints(points: readonly Point[], width: number, height: number): string {
  return points.map(([x, y]) => `${(x * width).toFixed(2)},${(y * height).toFixed(2)}`).join(' ');
}

/** The area of a polygon, as a fraction of the picture (the shoelace formula). */
export function areaOf(polygon: readonly Point[]): number {
  let twice = 0;
  polygon.forEach(([x, y], i) => {
    const [nextX, nextY] = polygon[(i + 1) % polygon.length]!;
    twice += x * nextY - nextX * y;
  });
  return Math.abs(twice) / 2;
}
