import type { Vector } from '../../server/domain/fingerprint.ts';
import type { Track, TrackPart } from '../../server/pipeline/match/video/index.ts';
import { makeRandom, type Random } from './text-random.ts';

/** Vectors of one real clip in order of time, at one a second. */
export type RealClip = readonly Vector[];

/** How a film is made up. */
export interface FilmMaker {
  /** Equal numbers, equal films: a stretch a second. */
  film(number: number, seconds: number): Track;
  /** The film as an edit leaves it: vectors at a cosine of about 0.85. */
  edited(track: Track, fromS: number, seconds: number): Vector[];
  /** Seven parts for every stretch, which look like something else of the same kind. */
  parts(track: Track): TrackPart[];
}

const DIMENSIONS = 256;
const PARTS = 7;
const DIRECTIONS = 4096;
/** Shots last so long, in seconds. */
const SHOT = { least: 2, most: 8 };

/**
 * Makes up hours of film out of real vectors. A shot is a run of consecutive vectors of a real clip, turned as a whole
 * by a direction of its own, so that two shots from one clip are as like as two scenes of one kind (a cosine of about
 * 0.5) and consecutive seconds of a shot as like as in the clips (about 0.85). `shot`: how long shots last, in vectors;
 * `steps`: a shot takes vectors that are 1 to so many apart, so that two shots of one clip seldom run alike.
 */
export function makeFilms(clips: readonly RealClip[], shot = SHOT, steps = 1): FilmMaker {
  const random = makeRandom(5);
  const directions = new Float32Array(DIRECTIONS * DIMENSIONS);
  for (let i = 0; i < directions.length; i++) {
    directions[i] = (random.next() + random.next() + random.next() + random.next() - 2) * 0.1083;
  }
  const direction = (source: Random) => {
    const at = DIMENSIONS * source.below(DIRECTIONS);
    return directions.subarray(at, at + DIMENSIONS);
  };
  const mix = (
    base: Vector,
    weight: number,
    others: readonly (readonly [number, Float32Array])[],
  ): Vector => {
    const sum = new Float32Array(DIMENSIONS);
    const scale = weight / lengthOf(base);
    for (let d = 0; d < DIMENSIONS; d++) sum[d] = scale * base[d]!;
    for (const [share, other] of others) {
      for (let d = 0; d < DIMENSIONS; d++) sum[d] = sum[d]! + share * other[d]!;
    }
    const factor = 512 / lengthOf(sum);
    return Int8Array.from(sum, (value) => Math.max(-127, Math.min(127, Math.round(value * factor))));
  };
  return {
    film(number, seconds) {
      const own = makeRandom(1000 + number);
      const spans = [];
      let [clip, at, step, until] = [clips[0]!, 0, 1, 0];
      let turns: [Float32Array, Float32Array] = [direction(own), direction(own)];
      for (let s = 0; s < seconds; s++) {
        if (s >= until) {
          clip = own.pick(clips);
          step = steps > 1 ? 1 + own.below(steps) : 1;
          at = own.below(clip.length) - step * s;
          until = s + shot.least + own.below(shot.most - shot.least + 1);
          turns = [direction(own), direction(own)];
        }
        const vector = mix(clip[modulo(step * s + at, clip.length)]!, 0.7, [
          [0.46, turns[0]],
          [0.46, turns[1]],
          [0.2, direction(own)],
        ]);
        spans.push({ startMs: 1000 * s, endMs: 1000 * (s + 1), vector });
      }
      return { durationMs: 1000 * seconds, spans };
    },
    edited: ({ spans }, fromS, seconds) =>
      spans.slice(fromS, fromS + seconds).map(({ vector }) => mix(vector, 1, [[0.6, direction(random)]])),
    parts: ({ spans }) =>
      spans.flatMap(({ vector }, span) =>
        Array.from({ length: PARTS }, () => ({
          span,
          vector: mix(random.pick(random.pick(clips)), 0.6, [
            [0.5 / lengthOf(vector), Float32Array.from(vector)],
            [0.6, direction(random)],
          ]),
        })),
      ),
  };
}

function modulo(value: number, by: number): number {
  return ((value % by) + by) % by;
}

function lengthOf(vector: ArrayLike<number>): number {
  let sum = 0;
  for (let d = 0; d < vector.length; d++) sum += vector[d]! * vector[d]!;
  return Math.sqrt(sum);
}
