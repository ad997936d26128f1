import type { WorkId } from '../../domain/ids.ts';
import type { MatchSegment } from '../../domain/match.ts';
import { type Medium, WHOLE } from '../../domain/media.ts';

/** What a match says of the whole of both sides, of media whose stretches are told by its segments: all of it. */
export function frameMatch<M extends Medium>(
  medium: M,
  workId: WorkId,
  { similarity, probability }: Pick<MatchSegment, 'similarity' | 'probability'>,
) {
  return {
    workId,
    medium,
    similarity,
    probability,
    querySegment: 0,
    workSegment: 0,
    queryBox: WHOLE,
    workBox: WHOLE,
    transform: null,
    mirrored: false,
  } as const;
}
