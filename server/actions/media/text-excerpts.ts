import type { Match, Stretch } from '../../domain/match.ts';
import { countCharacters, sliceCharacters } from '../../pipeline/fingerprint/text/index.ts';
import type { Excerpt, ExcerptLimits, Excerpts } from './medium-path.ts';

/** Characters of the caller's own text that are shown on either side of a stretch. */
const AROUND = 120;

/** The first stretches of a match in their words, each cut to the limit. Of the work nothing outside of them but its length. */
export function cutExcerpts(query: string, work: string, match: Match, limits: ExcerptLimits): Excerpts {
  const items = match.segments.slice(0, limits.stretches).flatMap((segment) => {
    if (segment.query.kind !== 'characters' || segment.work.kind !== 'characters') return [];
    const { start, end } = segment.query;
    const shown = cut(query, segment.query, limits.characters);
    return [
      {
        before: sliceCharacters(query, Math.max(0, start - AROUND), start),
        query: shown,
        after: shown.end < end ? '' : sliceCharacters(query, end, end + AROUND),
        work: cut(work, segment.work, limits.characters),
      },
    ];
  });
  return { items, characters: { query: countCharacters(query), work: countCharacters(work) } };
}

function cut(text: string, { start, end }: Extract<Stretch, { kind: 'characters' }>, most: number): Excerpt {
  const to = Math.min(end, start + most);
  return { start, end: to, text: sliceCharacters(text, start, to) };
}
