import type { WorkId } from '../../domain/ids.ts';
import type { Match, MatchReason, MatchSegment, Stretch } from '../../domain/match.ts';
import { CHANGE_WORDS, type TextMatch, type TextMatchSegment } from '../../pipeline/match/text/index.ts';
import { frameMatch } from './frame-match.ts';

/** A match of texts in the words of all media. What fields of pictures say is "all of it". */
export function toTextMatch(match: TextMatch): Match {
  const segments = match.segments.map((segment) => toSegment(segment, match.probability));
  return { ...frameMatch('text', match.workId, match), reasons: reasonsOf(match), segments };
}

/** The match of a file with the work that has its very bytes. */
export function sameText(workId: WorkId, characters: number): Match {
  const all: Stretch = { kind: 'characters', start: 0, end: characters };
  const detail = 'the files are the same, byte for byte';
  const segment = toSegmentOf(all, all, 1, 1, detail);
  return {
    ...frameMatch('text', workId, segment),
    reasons: [{ kind: 'exact', detail }],
    segments: [segment],
  };
}

function reasonsOf({ reasons, explanation }: TextMatch): MatchReason[] {
  return reasons.map((reason): MatchReason => {
    if (reason.kind !== 'alignment') return reason;
    const { characters, longest } = reason;
    // The sentence ends where others join their reasons: without its full stop.
    return { kind: 'text', characters, longest, detail: explanation.replace(/\.$/, '') };
  });
}

function toSegment(segment: TextMatchSegment, probability: number): MatchSegment {
  const { query, source, similarity, change, excluded } = segment;
  const counted = excluded.length === 0 ? '' : `, of which ${describeExcluded(segment)} do not count`;
  const explanation = `${query[1] - query[0]} characters, ${CHANGE_WORDS[change]}${counted}`;
  return toSegmentOf(toStretch(query), toStretch(source), similarity, probability, explanation);
}

function describeExcluded({ excluded }: TextMatchSegment): string {
  const kinds = [...new Set(excluded.map(({ kind }) => (kind === 'quote' ? 'quotes' : 'licence texts')))];
  return kinds.join(' and ');
}

function toStretch([start, end]: readonly [number, number]): Stretch {
  return { kind: 'characters', start, end };
}

function toSegmentOf(
  query: Stretch,
  work: Stretch,
  similarity: number,
  probability: number,
  explanation: string,
): MatchSegment {
  const still = { speed: 1, mirrored: false, transform: null, isExact: true } as const;
  return { query, work, track: 'text', similarity, probability, ...still, explanation };
}
