import { rangeAt } from './read-frames.ts';
import { type Anchor, registerFrames } from './register.ts';
import type { PathPoint } from './temporal-network.ts';
import type { FrameReader, GrayFrames } from './track.ts';

/** The work is read so far around a point: its vectors stand a second apart. */
const REACH_MS = 900;
const STEPS_MS = [-900, -600, -450, -300, -200, -100, 0, 100, 200, 300, 450, 600, 900];
const POINTS = 2;
/** As `alignWindow` asks of the frames of a window. */
const MIN_REGISTRATION = 0.3;

/**
 * Whether a path is worth reading at full rate: a frame of the query at its clearest points, and the work's frames around
 * them, must show one thing under some placement. Costs two seconds of film to decode, not forty.
 */
export async function glanceAt(
  path: readonly PathPoint[],
  query: FrameReader,
  work: FrameReader,
): Promise<boolean> {
  const points = clearestPoints(path);
  const [frames, around] = await Promise.all([
    query.readClips(points.map(({ queryMs }) => rangeAt([queryMs, queryMs + 1], 1))),
    work.readClips(
      points.map(({ workMs }) => rangeAt([Math.max(0, workMs - REACH_MS), workMs + REACH_MS], 400)),
    ),
  ]);
  const anchors = points.flatMap((point, i) => anchorAt(point, frames[i]!, around[i]!));
  // Where no frame stands at a time that a frame was sampled at, there is nothing to judge by.
  if (anchors.length === 0) return true;
  const registration = registerFrames(anchors);
  return registration !== null && registration.similarity >= MIN_REGISTRATION;
}

/** The most alike of each half. */
function clearestPoints(path: readonly PathPoint[]): PathPoint[] {
  const middle = Math.ceil(path.length / POINTS);
  return [path.slice(0, middle), path.slice(middle)].flatMap((half) =>
    half.toSorted((a, b) => b.similarity - a.similarity).slice(0, 1),
  );
}

function anchorAt({ workMs }: PathPoint, query: GrayFrames, work: GrayFrames): Anchor[] {
  const [frame] = query.frames;
  if (!frame || work.frames.length === 0) return [];
  const near = new Set(STEPS_MS.map((step) => nearestFrame(work, workMs + step)));
  const works = [...near].map((index) => ({ ...work, data: work.frames[index]!.data }));
  return [{ query: { ...query, data: frame.data }, works }];
}

/** Index of the frame closest to a time. */
export function nearestFrame({ frames }: GrayFrames, timeMs: number): number {
  let best = 0;
  for (let i = 1; i < frames.length; i++) {
    if (Math.abs(frames[i]!.timeMs - timeMs) < Math.abs(frames[best]!.timeMs - timeMs)) best = i;
  }
  return best;
}
