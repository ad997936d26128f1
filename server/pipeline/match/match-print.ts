import type { Print } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import type { DecodedImage } from '../../domain/media.ts';
import type { Embedder } from '../fingerprint/index.ts';
import type { Background } from './background.ts';
import type { Calibration } from './calibration.ts';
import type { VectorSearch } from './vector-search.ts';

/** The picture that is asked about. */
export interface MatchQuery {
  readonly decoded: DecodedImage;
  readonly print: Print;
  /** Works registered with the very same bytes, looked up by the action through the SHA-256. */
  readonly exactWorkIds: readonly WorkId[];
}

/** Gives the prints of registered works. Implemented by `server/store/print-store.ts`. */
export interface PrintSource {
  /** Prints of the works that exist, in no particular order; unknown ids are left out. */
  loadPrints(workIds: readonly WorkId[]): Promise<ReadonlyMap<WorkId, Print>>;
}

/** What matching needs from outside. `background` and `calibration` come with the model. */
export interface MatchDependencies {
  readonly search: VectorSearch;
  readonly prints: PrintSource;
  readonly embedder: Embedder;
  readonly background: Background;
  readonly calibration: Calibration;
}

/** How much work a check may do. */
export interface MatchOptions {
  /** Works that are never answered (the work itself, on a re-check). */
  readonly exclude?: readonly WorkId[];
  /** Most matches given back. */
  readonly limit?: number;
}

/**
 * Third stage: which registered works the picture seems to copy, best first, with the place on both sides.
 * Matches of low probability are kept: the policy decides. A low-information query matches by bytes only.
 *
 * Throws what the dependencies throw.
 */
export async function matchPrint(
  _query: MatchQuery,
  _deps: MatchDependencies,
  _options: MatchOptions = {},
): Promise<Match[]> {
  throw new Error('this stage is being written');
}
