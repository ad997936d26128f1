import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { SoundQuery, SoundTrack } from '../../../server/pipeline/match/audio/index.ts';

/**
 * A sound whose vectors and loudness drift smoothly with time: what is near in time is alike, as with the network. With a
 * period it begins anew after it.
 */
export function makeSound(seed: number, periodMs = Number.POSITIVE_INFINITY) {
  const random = makeRandom(seed);
  const knots = Array.from({ length: 400 }, () =>
    Float64Array.from({ length: 256 }, () => random.next() - 0.5),
  );
  const loudness = Array.from({ length: 12_000 }, () => Array.from({ length: 8 }, () => 40 * random.next()));
  const within = (ms: number) => (ms > 0 ? ms % periodMs : ms);
  return {
    /** Vector of the window whose middle is here: knots every 400 ms, blended. */
    vector(middleMs: number): Int8Array {
      const place = within(middleMs) / 400 + 20;
      const i = Math.floor(place);
      const t = place - i;
      const mixed = knots[i]!.map((value, d) => (1 - t) * value + t * knots[i + 1]![d]!);
      const norm = Math.hypot(...mixed);
      return Int8Array.from(mixed, (value) => Math.round((512 * value) / norm));
    },
    /** Loudness at a time, between values every 20 ms. */
    loud(ms: number, band: number): number {
      const place = within(ms) / 20 + 100;
      const i = Math.floor(place);
      return 60 + loudness[i]![band]! + (place - i) * (loudness[i + 1]![band]! - loudness[i]![band]!);
    },
  };
}

type Sound = ReturnType<typeof makeSound>;

/** work time = speed · time + offset; `speed` 1 and `offset` 0 is the sound itself. */
export function listen(sound: Sound, durationMs: number, stepMs: number, speed = 1, offsetMs = 0) {
  const windows = [];
  for (let startMs = 0; startMs + 1072 <= durationMs; startMs += stepMs) {
    windows.push({ startMs, vector: sound.vector(speed * (startMs + 536) + offsetMs) });
  }
  const sketch = new Uint8Array(8 * Math.floor(durationMs / 32));
  for (let i = 0; i < sketch.length; i++) {
    sketch[i] = Math.round(sound.loud(speed * ((i >> 3) + 0.5) * 32 + offsetMs, i & 7));
  }
  return { windows, sketch };
}

/** It as a work. */
export const track = (sound: Sound, durationMs: number): SoundTrack => ({
  durationMs,
  ...listen(sound, durationMs, 512),
});

/** A piece of it as a query. */
export function asked(sound: Sound, durationMs: number, speed: number, offsetMs: number): SoundQuery {
  const { windows, sketch } = listen(sound, durationMs, 128, speed, offsetMs);
  return { durationMs, fine: windows, sketch };
}
