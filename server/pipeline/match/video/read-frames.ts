import type { FrameRange, FrameReader, GrayFrames } from './track.ts';

/** Long side of the frames that are compared. */
export const SIDE = 96;
/** Stretches of the query that are held: those of one work, and what is read ahead for the next ones. */
const HELD_READINGS = 24;

/** A stretch at full rate. */
export function rangeAt([startMs, endMs]: readonly [number, number], maxFrames: number): FrameRange {
  return { startMs, endMs, side: SIDE, maxFrames };
}

/** A stretch of which every other frame is enough. */
export function roughRangeAt(timesMs: readonly [number, number], maxFrames: number): FrameRange {
  return { ...rangeAt(timesMs, maxFrames), isRough: true };
}

/** What was asked for lately is not read again: `held` stretches, some megabytes each at most. */
export function readOnce(reader: FrameReader, heldReadings = HELD_READINGS): FrameReader {
  const held = new Map<string, Promise<readonly GrayFrames[]>>();
  return {
    readClips(ranges) {
      const key = JSON.stringify(ranges);
      const clips = held.get(key) ?? reader.readClips(ranges);
      held.delete(key);
      held.set(key, clips);
      if (held.size > heldReadings) held.delete(held.keys().next().value!);
      return clips;
    },
  };
}
