import type { Print } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Raster } from '../../domain/media.ts';
import { calibratedProbability } from './calibration.ts';
import type { Examined } from './examine-candidates.ts';
import { examineCandidates } from './examine-candidates.ts';
import { matchFeatures } from './features.ts';
import type { MatchDependencies } from './match-dependencies.ts';
import type { QueryView } from './query-views.ts';
import { makeGridViews, makeQueryViews } from './query-views.ts';

/** What was found of a query, and the views that the pairs of it point to. */
export interface Found {
  readonly views: readonly QueryView[];
  readonly examined: readonly Examined[];
}

/** A candidate so likely explains its part of the query: even windows would show the same again. */
const LIKELY = 0.98;
/** Share of the query that a likely candidate must explain; elsewhere there is room for something else. */
const EXPLAINED = 0.5;

/**
 * Looks for registered works in two steps: by the first views of the query, and, unless a likely copy fills half of it,
 * by a grid of windows besides. Throws what the dependencies throw.
 */
export async function lookForWorks(
  raster: Raster,
  print: Print,
  deps: MatchDependencies,
  options: { readonly skip: ReadonlySet<WorkId>; readonly limit: number },
): Promise<Found> {
  const first = await makeQueryViews(raster, print, deps.embedder);
  const examined = await examineCandidates(raster, first, deps, options);
  if (examined.some((one) => explains(one, deps))) return { views: first, examined };
  const views = [...first, ...(await makeGridViews(raster, deps.embedder))];
  return { views, examined: await examineCandidates(raster, views, deps, options, examined) };
}

function explains(one: Examined, deps: MatchDependencies): boolean {
  if ((one.alignment?.queryCoverage ?? 0) < EXPLAINED) return false;
  return calibratedProbability(matchFeatures(one), deps.calibration) >= LIKELY;
}
