import type { Match } from '../../domain/match.ts';
import { WHOLE } from '../../domain/media.ts';
import {
  type AudioPrint,
  type AudioQueryPrint,
  windowsWithin,
} from '../../pipeline/fingerprint/audio/index.ts';
import { cosine } from '../../pipeline/match/index.ts';
import type { ClaimedPair } from './medium-path.ts';

/** How far from its place a window of the suspect may start: they are taken every 128 ms. */
const NEAR_MS = 200;

/** The window of the work, and the one of the suspect in its place, that are most alike within what was copied. */
export function closestWindow({ fine }: AudioQueryPrint, match: Match, work: AudioPrint): ClaimedPair {
  let best: ClaimedPair = { suspect: null, workLeaf: 0, similarity: match.similarity };
  let highest = -1;
  for (const { query, work: original, speed, track } of match.segments) {
    if (query.kind !== 'time' || original.kind !== 'time' || track !== 'sound') continue;
    for (const leaf of windowsWithin(work, original.startMs, original.endMs)) {
      const window = work.windows[leaf - 1]!;
      const lengthMs = window.endMs - window.startMs;
      // Lines run through the middles of windows, which a change of speed does not move.
      const middle = window.startMs + lengthMs / 2 - original.startMs;
      const atMs = query.startMs + middle / speed - lengthMs / 2;
      for (const { startMs, code, vector } of fine) {
        if (Math.abs(startMs - atMs) > NEAR_MS) continue;
        const similarity = cosine(vector, window.vector);
        if (similarity <= highest) continue;
        highest = similarity;
        const stretch = { kind: 'time', startMs, endMs: startMs + lengthMs } as const;
        best = {
          suspect: { box: WHOLE, mirrored: false, stretch, code, vector },
          workLeaf: leaf,
          similarity,
        };
      }
    }
  }
  return best;
}
