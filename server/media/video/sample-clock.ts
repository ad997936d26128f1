import type { SampleCause, SamplingPlan } from '../../pipeline/decode/video/video-decoder.ts';
import type { PictureGroup } from './picture-groups.ts';

/** A cut closer than this to the last sample shows nothing new. */
const MIN_CUT_GAP_MS = 300;

/** What the clock needs to know of a decoded frame. */
export interface SeenFrame {
  /** NaN when the container does not say. */
  readonly stampMs: number;
  readonly lengthMs: number;
  readonly isKey: boolean;
  /** It came out only when the track was over. */
  readonly isTail?: boolean;
}

/** A frame that is to be a sample. */
export interface Pick {
  readonly timeMs: number;
  readonly cause: SampleCause;
}

/** Says which frames are samples. All frames are shown to it, in the order in which they are decoded. */
export interface SampleClock {
  /** Whether there is anything to look for: the clock may be beyond a group that starts with no cut. */
  wants(group: PictureGroup): boolean;
  /** Whether a frame of the group is a sample; null when not. */
  look(frame: SeenFrame, group: PictureGroup): Pick | null;
  /** Whether the rest of the group can be left out. */
  isPast(group: PictureGroup): boolean;
  /** The track was readable up to here. */
  reach(timeMs: number): void;
  reachedMs(): number;
  copy(): SampleClock;
}

interface ClockState {
  dueMs: number;
  lastMs: number;
  /** When the next frame is shown that has no time of its own. */
  nextMs: number;
  reachedMs: number;
}

const START: ClockState = { dueMs: 0, lastMs: Number.NEGATIVE_INFINITY, nextMs: 0, reachedMs: 0 };

/** A clock at the start of a track whose frames last `frameMs`. */
export function createClock(plan: SamplingPlan, frameMs: number, from: ClockState = START): SampleClock {
  const state = { ...from };
  const intervalMs = 1000 / plan.perSecond;
  // How much before its time a sample may be taken: of key frames the nearest one serves.
  const slackMs = ({ isDense, startMs, endMs }: PictureGroup) =>
    isDense ? Math.max(frameMs, endMs - startMs) / 2 : frameMs / 2;
  const reach = (timeMs: number) => {
    state.reachedMs = Math.max(state.reachedMs, timeMs);
  };
  return {
    wants: (group) => !group.isDense || group.isAfterCut || group.startMs >= state.dueMs - slackMs(group),
    look({ stampMs, lengthMs, isKey, isTail = false }, group) {
      const timeMs = Number.isFinite(stampMs) ? stampMs : state.nextMs;
      state.nextMs = timeMs + frameMs;
      reach(timeMs + lengthMs);
      const isDue = timeMs >= state.dueMs - slackMs(group);
      const isCut = group.isAfterCut && !isTail && isKey && timeMs - state.lastMs >= MIN_CUT_GAP_MS;
      if (!(isDue || isCut) || timeMs <= state.lastMs) return null;
      if (isDue) {
        const nextMs = (Math.floor(timeMs / intervalMs + 0.5) + 1) * intervalMs;
        state.dueMs = Math.max(state.dueMs + intervalMs, nextMs);
      }
      state.lastMs = timeMs;
      return { timeMs: Math.max(0, timeMs), cause: isDue ? 'clock' : 'cut' };
    },
    isPast: (group) => !group.isDense && group.isComplete && state.dueMs - frameMs / 2 > group.endMs,
    reach,
    reachedMs: () => state.reachedMs,
    copy: () => createClock(plan, frameMs, state),
  };
}

/** Moves a clock on by a group that has not been decoded, as if every packet gave its frame. */
export function guess(clock: SampleClock, group: PictureGroup): void {
  if (!clock.wants(group)) return;
  const stampsMs = group.isDense ? group.stampsMs.slice(0, 1) : group.stampsMs;
  const frames = stampsMs.map((stampMs, i) => ({ stampMs, lengthMs: 0, isKey: i === 0 }));
  frames.sort((a, b) => a.stampMs - b.stampMs);
  for (const frame of frames) clock.look(frame, group);
}
