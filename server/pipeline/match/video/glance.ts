import { rangeAt, roughRangeAt } from './read-frames.ts';
import { type Anchor, registerFrames } from './register.ts';
import type { PathPoint } from './temporal-network.ts';
import type { FrameReader, GrayFrames, SampledFrames } from './track.ts';

/** The work is read so far around a point: its vectors stand a second apart. */
const REACH_MS = 900;
const STEPS_MS = [-900, -600, -450, -300, -200, -100, 0, 100, 200, 300, 450, 600, 900];
const POINTS = 2;
const MAX_FRAMES = 400;
/**
 * A little more than `alignWindow` asks of the frames of a window: placements are many, and under the best of them chance
 * often gives one frame 0.33.
 */
const MIN_REGISTRATION = 0.35;
/** Of two frames that lie apart, under one placement: chance seldom gives both. */
const MIN_TOGETHER = 0.45;

/** Vectors of so many frames in a row that are so alike on average need no look at one frame: what is read tells more. */
const EVIDENT_POINTS = 3;
const EVIDENT_SIMILARITY = 0.88;

/**
 * Whether a path is worth reading at full rate. Where its vectors alone do not say so, a frame of the query at its clearest
 * points, and the work's frames around them, must show one thing under some placement. The clearest point comes first: where
 * that shows nothing in common the other is not read. Costs a second or two of film to decode, not forty; of the query none
 * where `sampled` has its frames.
 */
export async function glanceAt(
  path: readonly PathPoint[],
  query: FrameReader,
  work: FrameReader,
  sampled: SampledFrames | null = null,
): Promise<boolean> {
  if (isEvident(path)) return true;
  const anchors: Anchor[] = [];
  for (const point of clearestPoints(path)) {
    const [frame, around] = await Promise.all([
      sampled?.at(point.queryMs) ?? readFrame(query, point.queryMs),
      work.readClips([
        roughRangeAt([Math.max(0, point.workMs - REACH_MS), point.workMs + REACH_MS], MAX_FRAMES),
      ]),
    ]);
    const anchor = frame && anchorAt(point, frame, around[0]!);
    // Where no frame stands at a time that a frame was sampled at, there is nothing to judge by.
    if (!anchor) continue;
    anchors.push(anchor);
    const registration = registerFrames(anchors);
    const least = anchors.length > 1 ? MIN_TOGETHER : MIN_REGISTRATION;
    if (registration === null || registration.similarity < least) return false;
  }
  return true;
}

/** Whether vectors alone say that a path is worth reading. */
export function isEvident(path: readonly PathPoint[]): boolean {
  const sum = path.reduce((total, { similarity }) => total + similarity, 0);
  return path.length >= EVIDENT_POINTS && sum >= EVIDENT_SIMILARITY * path.length;
}

async function readFrame(query: FrameReader, timeMs: number): Promise<GrayFrames | null> {
  const [clip] = await query.readClips([rangeAt([timeMs, timeMs + 1], 1)]);
  return clip ?? null;
}

/** The most alike of each half, the clearer one first. */
function clearestPoints(path: readonly PathPoint[]): PathPoint[] {
  const middle = Math.ceil(path.length / POINTS);
  return [path.slice(0, middle), path.slice(middle)]
    .flatMap((half) => half.toSorted((a, b) => b.similarity - a.similarity).slice(0, 1))
    .toSorted((a, b) => b.similarity - a.similarity);
}

function anchorAt({ workMs }: PathPoint, query: GrayFrames, work: GrayFrames): Anchor | null {
  const [frame] = query.frames;
  if (!frame || work.frames.length === 0) return null;
  const near = new Set(STEPS_MS.map((step) => nearestFrame(work, workMs + step)));
  const works = [...near].map((index) => ({ ...work, data: work.frames[index]!.data }));
  return { query: { ...query, data: frame.data }, works };
}

/** Index of the frame closest to a time. */
export function nearestFrame({ frames }: GrayFrames, timeMs: number): number {
  let best = 0;
  for (let i = 1; i < frames.length; i++) {
    if (Math.abs(frames[i]!.timeMs - timeMs) < Math.abs(frames[best]!.timeMs - timeMs)) best = i;
  }
  return best;
}
