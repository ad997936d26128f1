import type { Print } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import { type DecodedImage, WHOLE } from '../../domain/media.ts';
import { regionSegment } from '../../domain/region-segment.ts';

import { calibratedProbability } from './calibration.ts';
import { matchFeatures } from './features.ts';
import { lookForWorks } from './look-for-works.ts';
import type { MatchDependencies } from './match-dependencies.ts';
import { toMatch } from './to-match.ts';

/** The picture that is asked about. */
export interface MatchQuery {
  readonly decoded: DecodedImage;
  readonly print: Print;
  /** Works registered with the very same bytes, looked up by the action through the SHA-256. */
  readonly exactWorkIds: readonly WorkId[];
}

/** How much work a check may do. */
export interface MatchOptions {
  /** Works that are never answered (the work itself, on a re-check). */
  readonly exclude?: readonly WorkId[];
  /** Most matches given back; default 10. */
  readonly limit?: number;
}

/** Works that get a closer look. */
const MAX_CANDIDATES = 16;

/**
 * Third stage: which registered works the picture seems to copy, best first, with the place on both sides.
 * Matches of low probability are kept: the policy decides. A low-information query matches by bytes only.
 *
 * Throws what the dependencies throw.
 */
export async function matchPrint(
  query: MatchQuery,
  deps: MatchDependencies,
  options: MatchOptions = {},
): Promise<Match[]> {
  const excluded = new Set(options.exclude ?? []);
  const exact = query.exactWorkIds.filter((workId) => !excluded.has(workId));
  const byBytes = exact.map(matchOfSameBytes);
  if (query.print.lowInformation) return byBytes;
  const { raster } = query.decoded;
  const skip = new Set([...excluded, ...exact]);
  const { views, examined } = await lookForWorks(raster, query.print, deps, { skip, limit: MAX_CANDIDATES });
  const byLook = examined.map((one) => {
    const features = matchFeatures(one);
    return toMatch(one, views, query.print, calibratedProbability(features, deps.calibration));
  });
  byLook.sort((a, b) => b.probability - a.probability || b.similarity - a.similarity);
  return [...byBytes, ...byLook].slice(0, options.limit ?? 10);
}

function matchOfSameBytes(workId: WorkId): Match {
  const match = {
    workId,
    medium: 'image',
    similarity: 1,
    probability: 1,
    querySegment: 0,
    workSegment: 0,
    queryBox: WHOLE,
    workBox: WHOLE,
    transform: { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 },
    mirrored: false,
    reasons: [{ kind: 'exact', detail: 'the files are the same, byte for byte' }],
  } as const;
  return { ...match, segments: [regionSegment(match)] };
}
