import type { Match, Verdict } from '../domain/match.ts';
import { regionSegment } from '../domain/region-segment.ts';

/** A match of a time when there were pictures only, and the medium and the segments went without saying. */
type OldMatch = Omit<Match, 'medium' | 'segments'> & Partial<Pick<Match, 'medium' | 'segments'>>;

/** A match from a row. Rows are for ever, so those of older programs are told in today's words. */
export function readMatch(stored: unknown): Match {
  const old = stored as OldMatch;
  const match = { ...old, medium: old.medium ?? 'image' };
  return { ...match, segments: old.segments ?? [regionSegment(match)] };
}

/** A verdict from a row; null as long as there is none. */
export function readVerdict(stored: unknown): Verdict | null {
  if (stored === null || stored === undefined) return null;
  const verdict = stored as Omit<Verdict, 'matches'> & { readonly matches: readonly unknown[] };
  return { ...verdict, matches: verdict.matches.map(readMatch) };
}
