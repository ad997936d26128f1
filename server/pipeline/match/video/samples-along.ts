import { type Similarities, usualStep } from './similarity.ts';
import { rangeOf } from './temporal-network.ts';
import type { VideoSegmentMatch } from './video-match.ts';

/** What a sampled frame of the query says of the segment that it lies in. */
export interface SampleAlong {
  readonly timeMs: number;
  /** Cosine with the best of the work's samples near the frame that the segment's line names; −1 where there is none. */
  readonly similarity: number;
}

/** The stretch that shows the expected frame, and its neighbours, where a sample stands in every second. */
export const NEAR_MS = 1_200;

type Along = Pick<VideoSegmentMatch, 'query' | 'work' | 'speed'>;

/** So far there may be to the work's next sample: one more than usual, since the first of a scene may be missing. */
export function reachOf({ columnTimes }: Similarities): number {
  return Math.max(NEAR_MS, 1.2 * usualStep(columnTimes));
}

/** Every sampled frame of a segment, in order of time; of the work those up to `nearMs` from its line count. */
export function samplesAlong(segment: Along, similarities: Similarities, nearMs: number): SampleAlong[] {
  const { startMs, endMs } = segment.query;
  const [fromRow, toRow] = rangeOf(similarities.rowTimes, startMs, endMs);
  const samples: SampleAlong[] = [];
  for (let row = fromRow; row < toRow; row++) {
    const timeMs = similarities.rowTimes[row]!;
    if (timeMs < endMs)
      samples.push({ timeMs, similarity: similarityOn(segment, timeMs, similarities, nearMs) });
  }
  return samples;
}

/** The same of the sampled frame at one time; −1 where none was sampled, or it lies outside the segment. */
export function similarityOn(
  { query, work, speed }: Along,
  timeMs: number,
  similarities: Similarities,
  nearMs: number,
): number {
  const [row, end] = rangeOf(similarities.rowTimes, timeMs, timeMs);
  if (row === end || timeMs < query.startMs || timeMs >= query.endMs) return -1;
  const share = (timeMs - query.startMs) / (query.endMs - query.startMs);
  const along = speed > 0 ? share : 1 - share;
  const expected = work.startMs + along * (work.endMs - work.startMs);
  const times = similarities.columnTimes;
  const [fromColumn, toColumn] = rangeOf(times, expected - nearMs, expected + nearMs);
  let best = -1;
  for (const [k, value] of similarities.block(row, row + 1, fromColumn, toColumn).entries()) {
    if (Math.abs(times[fromColumn + k]! - expected) < nearMs) best = Math.max(best, value);
  }
  return best;
}
