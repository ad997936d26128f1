import type { LinePair, SoundComparison } from './along-line.ts';
import type { SoundLine } from './vote.ts';

/** A line with what speaks for it. */
export interface RefinedLine {
  readonly line: SoundLine;
  readonly pairs: readonly LinePair[];
}

/** Offsets and speeds that are tried around a line, coarse first. */
const ROUNDS = [
  { offsets: [-384, -256, -128, 0, 128, 256, 384], speeds: [-0.02, 0, 0.02] },
  { offsets: [-96, -64, -32, 0, 32, 64, 96], speeds: [-0.01, 0, 0.01] },
  { offsets: [-24, -12, 0, 12, 24], speeds: [-0.005, 0, 0.005] },
];
/** What similarity a window must have to count, so that silence beside the copy does not pull. */
const FLOOR = 0.1;
/** Of two lines as good the one at natural speed. */
const SPEED_PRICE = 0.4;

/** Moves a line to where the windows in a stretch of the query agree best. */
export function refineLine(
  comparison: SoundComparison,
  start: SoundLine,
  fromMs: number,
  toMs: number,
): RefinedLine {
  const middle = (fromMs + toMs) / 2;
  let best = start;
  let bestScore = Number.NEGATIVE_INFINITY;
  for (const { offsets, speeds } of ROUNDS) {
    const centre = best;
    for (const more of speeds) {
      for (const shift of offsets) {
        const speed = centre.speed + more;
        // Turned around the middle of the stretch, so that both changes are independent.
        const line = { speed, offsetMs: centre.offsetMs + shift - more * middle };
        const score = scoreOf(comparison.along(line, fromMs, toMs)) * (1 - SPEED_PRICE * Math.abs(speed - 1));
        if (score > bestScore) {
          bestScore = score;
          best = line;
        }
      }
    }
  }
  return { line: best, pairs: comparison.along(best, fromMs, toMs) };
}

function scoreOf(pairs: readonly LinePair[]): number {
  let sum = 0;
  for (const { similarity } of pairs) sum += Math.max(0, similarity - FLOOR);
  return sum;
}
