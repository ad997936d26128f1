import type { Check } from '../domain/check.ts';
import type { Match } from '../domain/match.ts';
import type { Work } from '../domain/work.ts';
import type { ApiClient } from './api-client.ts';
import { describeMatch, style } from './output.ts';
import { type SeenWorks, unlessUnseen } from './seen-works.ts';
import { diffWords } from './text-diff.ts';
import { drawTimeline } from './timeline.ts';

/** Stretches shown in words. */
const SHOWN = 2;

interface Excerpts {
  readonly items: readonly {
    readonly query: { readonly text: string };
    readonly work: { readonly text: string };
  }[];
}

const NO_EXCERPTS: Excerpts = { items: [] };

/**
 * A match for a person: a timeline of a video or of sound, a short diff of a text. A title says more than an id, and the
 * timeline wants the length: both are told of `works` only. Throws what the client throws.
 */
export async function showMatch(
  client: Pick<ApiClient, 'get'>,
  check: Check,
  index: number,
  works: SeenWorks,
): Promise<string> {
  const match = check.verdict!.matches[index]!;
  const work = works.get(match.workId);
  const lines = [describeMatch(match, '  ', work?.title)];
  if (match.medium === 'video' || match.medium === 'audio') lines.push(...timelineOf(check, match, work));
  if (match.medium === 'text') lines.push(...(await diffOf(client, check, index)));
  return lines.join('\n');
}

function timelineOf(check: Check, match: Match, work: Work | undefined): string[] {
  const lines = drawTimeline(match.segments, check.durationMs, work?.durationMs ?? null);
  return lines.map((line) => `    ${line}`);
}

async function diffOf(client: Pick<ApiClient, 'get'>, check: Check, index: number): Promise<string[]> {
  const path = `/v1/checks/${check.id}/matches/${index}/excerpts`;
  const { items } = await unlessUnseen(client.get<Excerpts>(path), NO_EXCERPTS);
  return items.slice(0, SHOWN).map(({ query, work }) => {
    const words = diffWords(work.text, query.text).map(({ kind, text }) => {
      if (kind === 'same') return text;
      return kind === 'work' ? style('red', `[-${text}-]`) : style('green', `{+${text}+}`);
    });
    return `    … ${words.join(' ')} …`;
  });
}
