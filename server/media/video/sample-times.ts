import type { ReadMark } from '../early-end.ts';

/** What a run over the track did; times are milliseconds of processor time, of all decoders together. */
export interface SampleTimes extends ReadMark {
  /** Reading and decoding; where several decoders work, all that the process does but scaling. */
  decodeMs: number;
  scaleMs: number;
  keyFramesOnly: number;
  fullGroups: number;
  /** Times that decoding ahead had been begun from a wrong guess and was begun again. */
  wrongGuesses: number;
}

/** Times of a run that has not begun. */
export function noTimes(): SampleTimes {
  return {
    decodeMs: 0,
    scaleMs: 0,
    keyFramesOnly: 0,
    fullGroups: 0,
    wrongGuesses: 0,
    reachedMs: 0,
    longestStepMs: 0,
  };
}

/** Calls `work` and adds the processor time that this thread spends in it. */
export function timed<T>(times: SampleTimes, stage: 'decodeMs' | 'scaleMs', work: () => T): T {
  const from = cpuMs();
  const result = work();
  times[stage] += cpuMs() - from;
  return result;
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
