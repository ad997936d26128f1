import type { Print } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Embedder } from '../fingerprint/index.ts';
import type { Background } from './background.ts';
import type { Calibration } from './calibration.ts';
import type { VectorSearch } from './vector-search.ts';

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
