import type { AlignedRun } from './align-window.ts';
import { isOneLine } from './join-segments.ts';
import {
  planWindows,
  type Samples,
  touches,
  type Window,
  windowBetween,
  windowBeyond,
} from './plan-windows.ts';
import type { PathPoint } from './temporal-network.ts';

/** A window and what was found in it, in order of query time. */
export interface Settled {
  readonly window: Window;
  readonly runs: readonly AlignedRun[];
}

/** Shorter than this, nothing lies between two windows. */
const MIN_GAP_MS = 500;

/**
 * Sets the runs of one path at full rate. A long path is read where it begins and where it ends; what lies between is read
 * only where the two do not lie on one line, by halves, so that a jump is found in a few windows. Where a run goes on
 * beyond its window, so does reading, except on a line that is known. `look` gives null when no more may be read.
 */
export async function settlePath(
  path: readonly PathPoint[],
  samples: Samples,
  look: (window: Window) => Promise<readonly AlignedRun[] | null>,
  isKnown: (run: AlignedRun) => boolean = () => false,
): Promise<Settled[]> {
  const settled: Settled[] = [];
  let mayRead = true;
  const read = async (window: Window): Promise<Settled | null> => {
    const runs = mayRead ? await look(window) : null;
    if (!runs) {
      mayRead = false;
      return null;
    }
    const one = { window, runs };
    settled.push(one);
    return one;
  };
  const between = async (before: Settled, after: Settled): Promise<void> => {
    const [fromMs, toMs] = [before.window.queryMs[1], after.window.queryMs[0]];
    if (toMs - fromMs < MIN_GAP_MS || isBridged(before, after)) return;
    const window = windowBetween(path, fromMs, toMs);
    const middle = window && (await read(window));
    if (!middle) return;
    if (goesOn(before, 'end') || goesOn(middle, 'begin')) await between(before, middle);
    if (goesOn(after, 'begin') || goesOn(middle, 'end')) await between(middle, after);
  };
  const beyond = async (from: Settled, side: 'begin' | 'end'): Promise<void> => {
    for (let last: Settled | null = from; last; ) {
      const run = edgeRun(last, side);
      const window: Window | null =
        run && !isKnown(run) ? windowBeyond(last.window, run, side, samples.query.durationMs) : null;
      last = window && (await read(window));
    }
  };
  const ends: Settled[] = [];
  for (const window of planWindows(path, samples)) {
    const one = await read(window);
    if (one) ends.push(one);
  }
  if (ends.length === 2) await between(ends[0]!, ends[1]!);
  // Where the vectors lead too far nothing is found at the end of the path, but before it.
  const found = settled.filter(({ runs }) => runs.length > 0);
  const inOrder = found.toSorted((a, b) => a.window.queryMs[0] - b.window.queryMs[0]);
  const [first, last] = [inOrder[0], inOrder.at(-1)];
  if (first) await beyond(first, 'begin');
  if (last) await beyond(last, 'end');
  return settled;
}

function edgeRun({ runs }: Settled, side: 'begin' | 'end'): AlignedRun | null {
  return (side === 'begin' ? runs[0] : runs.at(-1)) ?? null;
}

function goesOn(one: Settled, side: 'begin' | 'end'): boolean {
  const run = edgeRun(one, side);
  return run !== null && touches(one.window, run, side);
}

function isBridged(before: Settled, after: Settled): boolean {
  const [a, b] = [edgeRun(before, 'end'), edgeRun(after, 'begin')];
  return a !== null && b !== null && goesOn(before, 'end') && goesOn(after, 'begin') && isOneLine(a, b);
}
