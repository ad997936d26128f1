import { median } from './fit-line.ts';
import { isOneLine } from './join-segments.ts';
import type { FoundRun } from './plan-windows.ts';
import type { SampleAlong } from './samples-along.ts';

/** Query times between which something else may be shown. */
export type Stretch = readonly [number, number];

/** Sampled frames before and after one that say what is usual there. */
const AROUND = 8;
/** Below this share of what is usual a sampled frame speaks against the copy. */
const USUAL_SHARE = 0.45;

/**
 * Where the sampled frames of a segment speak against it: from the last that speaks for it to the next that does. What has no
 * such frame on one side lies at an end, which is read anyway.
 */
export function findDoubtful(samples: readonly SampleAlong[]): Stretch[] {
  const isDoubtful = samples.map(({ similarity }, i) => {
    const near = samples.slice(Math.max(0, i - AROUND), i + AROUND + 1);
    return similarity < USUAL_SHARE * median(near.map((other) => other.similarity));
  });
  const stretches: Stretch[] = [];
  for (let i = 1; i < samples.length; i++) {
    if (!isDoubtful[i] || isDoubtful[i - 1]) continue;
    const next = isDoubtful.indexOf(false, i);
    if (next > 0) stretches.push([samples[i - 1]!.timeMs, samples[next]!.timeMs]);
  }
  return stretches;
}

/** A shorter gap is a flash, or frames that are hard to see. */
const MIN_GAP_MS = 200;

/**
 * What stands between two runs of one line, and is not on it, of the runs that were found around a doubtful stretch of a
 * segment, in order of query time.
 */
export function findGaps(runs: readonly FoundRun[], segment: FoundRun, [fromMs, toMs]: Stretch): Stretch[] {
  const onLine = runs.filter((run) => isOneLine(segment, run));
  return onLine.slice(1).flatMap((run, i): Stretch[] => {
    const gap = [onLine[i]!.queryMs[1], run.queryMs[0]] as const;
    return gap[1] - gap[0] >= MIN_GAP_MS && gap[0] < toMs && gap[1] > fromMs ? [gap] : [];
  });
}
