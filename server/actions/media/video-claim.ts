import type { Match, MatchSegment } from '../../domain/match.ts';
import { WHOLE } from '../../domain/media.ts';
import { mirrorRaster } from '../../pipeline/decode/index.ts';
import type { VideoSample } from '../../pipeline/decode/video/index.ts';
import { type Embedder, fingerprintRegions } from '../../pipeline/fingerprint/index.ts';
import { leavesWithin, type VideoPrint } from '../../pipeline/fingerprint/video/index.ts';
import { cosine } from '../../pipeline/match/index.ts';
import type { ClaimedPair } from './medium-path.ts';

/** Moments of a copied stretch that are tried for a claim. */
const TRIES = 6;

interface ClaimInput {
  readonly match: Match;
  readonly work: VideoPrint;
  readonly readFrames: (timesMs: readonly number[]) => Promise<readonly VideoSample[]>;
  readonly embedder: Embedder;
}

/** A moment of the work that begins a leaf, and the moment of the suspect that shows it. */
interface Moment {
  readonly leaf: number;
  readonly queryMs: number;
  readonly segment: MatchSegment;
}

/**
 * The moment of the copied stretches at which suspect and work are most alike: a frame of the suspect (the part of it
 * that shows the work, turned back where it is mirrored), and the leaf that begins with its original.
 */
export async function closestFrame({ match, work, readFrames, embedder }: ClaimInput): Promise<ClaimedPair> {
  const moments = spread(momentsOf(match, work));
  // Only the sound was copied: the record has no leaf for that.
  if (moments.length === 0) return { suspect: null, workLeaf: 0, similarity: match.similarity };
  const frames = await readFrames(moments.map(({ queryMs }) => queryMs));
  let best: ClaimedPair = { suspect: null, workLeaf: 0, similarity: match.similarity };
  let highest = -1;
  for (const [i, { leaf, queryMs, segment }] of moments.entries()) {
    const raster = frames[i]?.raster;
    if (!raster) continue;
    const { mirrored } = segment;
    const shown = segment.query.kind === 'time' ? (segment.query.box ?? WHOLE) : WHOLE;
    const box = mirrored ? { ...shown, x: 1 - shown.x - shown.width } : shown;
    const seen = mirrored ? mirrorRaster(raster) : raster;
    const [region] = await fingerprintRegions(seen, [box], embedder);
    const { code, vector } = region!.segment;
    const similarity = cosine(vector, work.spans[leaf - 1]!.vector);
    if (similarity <= highest) continue;
    highest = similarity;
    const stretch = { kind: 'time', startMs: queryMs, endMs: queryMs } as const;
    best = { suspect: { box, mirrored, stretch, code, vector }, workLeaf: leaf, similarity };
  }
  return best;
}

function momentsOf(match: Match, work: VideoPrint): Moment[] {
  return match.segments.flatMap((segment) => {
    if (segment.query.kind !== 'time' || segment.work.kind !== 'time' || segment.track !== 'picture')
      return [];
    const { query, work: original, speed } = { ...segment, query: segment.query, work: segment.work };
    return leavesWithin(work, original.startMs, original.endMs).flatMap((leaf) => {
      const { startMs } = work.spans[leaf - 1]!;
      // A leaf that began before the stretch shows a frame that was not copied.
      if (startMs < original.startMs) return [];
      const from = speed < 0 ? original.endMs - startMs : startMs - original.startMs;
      const queryMs = Math.round(query.startMs + from / Math.max(0.01, Math.abs(speed)));
      return [{ leaf, queryMs, segment }];
    });
  });
}

/** A few of many, from first to last. */
function spread(moments: readonly Moment[]): Moment[] {
  if (moments.length <= TRIES) return [...moments];
  return Array.from(
    { length: TRIES },
    (_, i) => moments[Math.round((i * (moments.length - 1)) / (TRIES - 1))]!,
  );
}
