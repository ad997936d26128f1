import type { Match } from '../../../server/domain/match.ts';
import type { Side } from './side.ts';

/** A match and its two sides. `path` is where the API tells more of it; null where it does not. */
export interface MatchViewProps {
  readonly match: Match;
  readonly query: Side;
  readonly work: Side;
  readonly path: string | null;
}
