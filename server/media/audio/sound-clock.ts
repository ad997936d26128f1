import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { Stream } from 'node-av/lib';
import type { Sound } from './open-sound.ts';

/** Containers whose timestamps say when sound is heard; those of the others follow from the sound itself. */
const TIMED_FORMATS = /mp4|mov|matroska|webm|mpeg|flv/;
/** Less is rounding, or the priming of a codec. */
const LEAST_GAP_MS = 50;
/** A longer gap, beyond what the container says of its length, is a broken timestamp. */
const LONGEST_UNTOLD_MS = 60_000;

/** Where decoded sound stands in time. */
export interface SoundClock {
  /** Told of every frame in order, with its timestamp and length: milliseconds of silence that are heard before it; below 0 it is not heard at all. */
  silenceBefore(timestamp: bigint, lengthMs: number): number;
}

/**
 * Times of a film begin with its pictures, and players are silent where its sound begins later or has a hole: so
 * what is heard is placed by its timestamps. Times of sound alone begin with it.
 */
export function createSoundClock({
  input,
  stream,
  pictures,
  info,
}: Pick<Sound, 'input' | 'stream' | 'pictures' | 'info'>): SoundClock {
  if (!TIMED_FORMATS.test(input.iformat?.name ?? '')) return { silenceBefore: () => 0 };
  const { num, den } = stream.timeBase;
  const originMs = startMs(pictures) ?? startMs(stream) ?? 0;
  let madeMs = 0;
  // What timestamps are off by after one that cannot be meant.
  let shiftMs = 0;
  return {
    silenceBefore(timestamp, lengthMs) {
      let silenceMs = 0;
      if (timestamp !== AV_NOPTS_VALUE) {
        const atMs = (Number(timestamp) * num * 1000) / den - originMs + shiftMs;
        const gapMs = atMs - madeMs;
        // Begins before the pictures do.
        if (madeMs === 0 && atMs + lengthMs <= 0) return -1;
        if (gapMs >= LEAST_GAP_MS && atMs <= Math.max(info.durationMs, madeMs + LONGEST_UNTOLD_MS))
          silenceMs = gapMs;
        else if (Math.abs(gapMs) >= LEAST_GAP_MS && madeMs > 0) shiftMs -= gapMs;
      }
      madeMs += silenceMs + lengthMs;
      return silenceMs;
    },
  };
}

function startMs(stream: Stream | undefined): number | null {
  if (!stream || stream.startTime === AV_NOPTS_VALUE) return null;
  return (Number(stream.startTime) * stream.timeBase.num * 1000) / stream.timeBase.den;
}
