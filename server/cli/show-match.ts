import type { Check } from '../domain/check.ts';
import type { PixelSize } from '../domain/describe-segment.ts';
import type { Stretch } from '../domain/match.ts';
import type { ApiClient } from './api-client.ts';
import { describePassage, describeSegment } from './describe-segment.ts';
import { describeMatch, style } from './output.ts';
import { printWording } from './print-wording.ts';
import { type SeenWorks, unlessUnseen } from './seen-works.ts';
import { drawTimeline } from './timeline.ts';

/** Stretches shown in words; a film can share hundreds. */
const SHOWN = 8;

/** `end` is less than that of the passage where the service cut the text. */
interface Excerpt {
  readonly end: number;
  readonly text: string;
}

interface Excerpts {
  readonly items: readonly {
    readonly query: Excerpt;
    readonly work: Excerpt;
  }[];
}

const NO_EXCERPTS: Excerpts = { items: [] };

/**
 * A match for a person: of a video or of sound a timeline and every stretch with its frames and region, of a text a short
 * diff of every passage. A title says more than an id, and the timeline wants the length: both are told of `works` only.
 * Throws what the client throws.
 */
export async function showMatch(
  client: Pick<ApiClient, 'get'>,
  check: Check,
  index: number,
  works: SeenWorks,
): Promise<string> {
  const match = check.verdict!.matches[index]!;
  const work = works.get(match.workId);
  const sizes = { query: sizeOf(check), work: work ? sizeOf(work) : null };
  const lines = [describeMatch(match, '  ', { title: work?.title, ...sizes })];
  if (match.medium === 'video' || match.medium === 'audio') {
    lines.push(...drawTimeline(match.segments, check.durationMs, work?.durationMs ?? null).map(indented));
    lines.push(...firstOf(match.segments, (segment) => describeSegment(segment, sizes)));
  }
  if (match.medium === 'text') lines.push(...(await diffOf(client, check, index)));
  return lines.join('\n');
}

function sizeOf({ width, height }: Pick<Check, 'width' | 'height'>): PixelSize | null {
  return width === null || height === null ? null : { width, height };
}

const indented = (line: string) => `    ${line}`;

/** What is told of the first items, and how many more there are of `total`. */
function firstOf<T>(items: readonly T[], tell: (item: T, index: number) => string[], total = items.length) {
  const shown = items.slice(0, SHOWN);
  const more = total - shown.length;
  return [...shown.flatMap(tell), ...(more > 0 ? [`… and ${more} more`] : [])].map(indented);
}

async function diffOf(client: Pick<ApiClient, 'get'>, check: Check, index: number): Promise<string[]> {
  const path = `/v1/checks/${check.id}/matches/${index}/excerpts`;
  const { segments } = check.verdict!.matches[index]!;
  const { items } = await unlessUnseen(client.get<Excerpts>(path), NO_EXCERPTS);
  const printed = new Set<string>();
  const tell = ({ query, work }: Excerpts['items'][number], at: number) => {
    const segment = segments[at]!;
    const cut = isCut(segment.query, query) || isCut(segment.work, work);
    const wording = printWording(work.text, query.text, cut);
    if (printed.has(wording)) return [style('dim', `the same passage again at ${describePassage(segment)}`)];
    printed.add(wording);
    return [style('dim', describePassage(segment)), `  … ${wording} …`];
  };
  return items.length === 0 ? [] : firstOf(items, tell, segments.length);
}

function isCut(stretch: Stretch, { end }: Excerpt): boolean {
  return stretch.kind === 'characters' && end < stretch.end;
}
