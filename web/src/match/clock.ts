/** The two clocks of a copied stretch: which moment of the work is which moment of the copy. */
import type { MatchSegment, Stretch } from '../../../server/domain/match.ts';

/** A stretch in time. */
export type TimeStretch = Extract<Stretch, { kind: 'time' }>;

/** A copied stretch in time on both sides. */
export interface TimedSegment extends MatchSegment {
  readonly query: TimeStretch;
  readonly work: TimeStretch;
}

/** Whether a segment lies in time on both sides. */
export function isTimed(segment: MatchSegment): segment is TimedSegment {
  return segment.query.kind === 'time' && segment.work.kind === 'time';
}

/** The work's moment for a moment of the query, in ms; backwards copies begin at the work's end. */
export function workTime({ query, work, speed }: TimedSegment, queryMs: number): number {
  return (speed < 0 ? work.endMs : work.startMs) + speed * (queryMs - query.startMs);
}

/** `count` moments of the query, the middles of equal parts of the stretch, in ms. */
export function momentsOf({ query }: TimedSegment, count: number): number[] {
  const step = (query.endMs - query.startMs) / count;
  return Array.from({ length: count }, (_, i) => query.startMs + (i + 0.5) * step);
}
