import { type AlignedRun, alignWindow } from './align-window.ts';
import type { Window } from './plan-windows.ts';
import { rangeAt } from './read-frames.ts';
import type { FrameReader, GrayFrames } from './track.ts';

/** The query's frames and those of a work, by readers that hold what they read last (`readOnce`). */
export interface BothFrames {
  readonly query: FrameReader;
  readonly work: FrameReader;
}

/** Reads a window on both sides and aligns it. */
export async function alignAt(window: Window, frames: BothFrames): Promise<AlignedRun[]> {
  const [query, work] = await read(window, frames);
  return alignWindow(query, work, window.paths);
}

/** Begins to read windows that will be aligned later, so that the decoders work while others are computed. */
export function readAhead(windows: readonly Window[], frames: BothFrames): void {
  // Who aligns the window learns of what went wrong.
  for (const window of windows) read(window, frames).catch(() => {});
}

async function read(
  { queryMs, workMs, maxFrames }: Window,
  { query, work }: BothFrames,
): Promise<[GrayFrames, GrayFrames]> {
  const [[frames], [workFrames]] = await Promise.all([
    query.readClips([rangeAt(queryMs, maxFrames)]),
    work.readClips([rangeAt(workMs, 2 * maxFrames)]),
  ]);
  return [frames!, workFrames!];
}
