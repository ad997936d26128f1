import type { Match } from '../../server/domain/match.ts';
import { WHOLE } from '../../server/domain/media.ts';

/** A match of whole pictures with work `work_ID`; what a test is about goes into `changes`. */
export function sampleMatch(id: string, probability: number, changes: Partial<Match> = {}): Match {
  return {
    workId: `work_${id}`,
    medium: 'image',
    segments: [],
    similarity: 0.8,
    probability,
    querySegment: 0,
    workSegment: 0,
    queryBox: WHOLE,
    workBox: WHOLE,
    transform: null,
    mirrored: false,
    reasons: [{ kind: 'exact', detail: 'the files are the same' }],
    ...changes,
  };
}
