import type { FrameRange, FrameReader, GrayFrames } from './track.ts';

/** Long side of the frames that are compared. */
export const SIDE = 96;
/** Timestamps are rounded to the clock of their container: a frame this close before a stretch belongs to it. */
const SLACK_MS = 2;
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

/**
 * What was asked for lately is not read again, nor what lies within it: `held` stretches, some megabytes each at most. So a
 * rough stretch may come with all its frames.
 */
export function readOnce(reader: FrameReader, heldReadings = HELD_READINGS): FrameReader {
  const held = new Map<string, Held>();
  const hold = (key: string, one: Held) => {
    held.delete(key);
    held.set(key, one);
    if (held.size > heldReadings) held.delete(held.keys().next().value!);
  };
  return {
    async readClips(ranges) {
      const key = JSON.stringify(ranges);
      const before = held.get(key);
      if (before) {
        hold(key, before);
        return await before.clips;
      }
      const around = [...held].find(([, one]) => isWithin(ranges, one.ranges));
      if (around) hold(...around);
      const clips = around ? cutOrRead(around[1], ranges, reader) : reader.readClips(ranges);
      hold(key, { ranges, clips });
      return await clips;
    },
  };
}

/** Files up to this length are read whole: windows of a short work overlap, and what is read first may be all of it. */
const SHORT_MS = 20_000;
/** A file may be a little longer than its print says. */
const BEYOND_END_MS = 1_000;

/** `readOnce` of a file of `durationMs`: a short one is read whole when a stretch of it is asked for at full rate. */
export function readWholeIfShort(reader: FrameReader, durationMs: number, heldReadings: number): FrameReader {
  const once = readOnce(reader, heldReadings);
  if (durationMs > SHORT_MS) return once;
  const endMs = durationMs + BEYOND_END_MS;
  return {
    async readClips(ranges) {
      const within = ranges.map((range) => ({ ...range, endMs: Math.min(range.endMs, endMs) }));
      const fine = within.find(({ isRough }) => !isRough);
      // Where that fails the stretch itself may still be read.
      if (fine) await once.readClips([{ ...fine, startMs: 0, endMs }]).catch(() => {});
      return await once.readClips(within);
    },
  };
}

interface Held {
  readonly ranges: readonly FrameRange[];
  readonly clips: Promise<readonly GrayFrames[]>;
}

/** Whether stretches lie within one that was read at full rate. */
function isWithin(ranges: readonly FrameRange[], [outer, ...more]: readonly FrameRange[]): boolean {
  if (!outer || more.length > 0 || outer.isRough) return false;
  return ranges.every(
    ({ startMs, endMs, side }) => side === outer.side && startMs >= outer.startMs && endMs <= outer.endMs,
  );
}

async function cutOrRead(
  { ranges: [outer], clips }: Held,
  ranges: readonly FrameRange[],
  reader: FrameReader,
): Promise<readonly GrayFrames[]> {
  const clip = await clips.then(
    ([one]) => one,
    () => undefined,
  );
  // One that has all frames that were allowed may have been cut short.
  if (!clip || clip.frames.length >= outer!.maxFrames) return await reader.readClips(ranges);
  return ranges.map(({ startMs, endMs, maxFrames }) => ({
    ...clip,
    frames: clip.frames
      .filter(({ timeMs }) => timeMs >= startMs - SLACK_MS && timeMs < endMs)
      .slice(0, maxFrames),
  }));
}
