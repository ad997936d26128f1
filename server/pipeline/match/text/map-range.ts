import type { TextMatchSegment, TextRange } from './text-match.ts';

/**
 * The characters of the query that stand for a range of the work, along the anchors of a segment; null when the range
 * does not lie within the segment. A claim compares their code with that of the registered segment.
 */
export function queryRangeOf(segment: TextMatchSegment, source: TextRange): TextRange | null {
  if (source[0] < segment.source[0] || source[1] > segment.source[1]) return null;
  return [Math.round(mapPoint(segment, source[0])), Math.round(mapPoint(segment, source[1]))];
}

function mapPoint(segment: TextMatchSegment, at: number): number {
  // Knots: both ends of the segment and of every anchor; straight between them.
  const knots: (readonly [source: number, query: number])[] = [[segment.source[0], segment.query[0]]];
  for (const { query, source } of segment.anchors) knots.push([source[0], query[0]], [source[1], query[1]]);
  knots.push([segment.source[1], segment.query[1]]);
  const next = knots.findIndex(([source]) => source >= at);
  if (next <= 0) return knots[Math.max(0, next)]![1];
  const [source0, query0] = knots[next - 1]!;
  const [source1, query1] = knots[next]!;
  return source1 === source0 ? query1 : query0 + ((at - source0) / (source1 - source0)) * (query1 - query0);
}
