import type { WorkId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import {
  type AudioWorkMatch,
  type NamedLine,
  placeOnLine,
  type SoundQuery,
  type SoundSource,
} from '../../pipeline/match/audio/index.ts';

/** The lines through both times that the pictures of a film were set to, forwards, to the frame, by work. */
export function linesOf(pictures: readonly Match[]): Map<WorkId, NamedLine[]> {
  return new Map(
    pictures.map(({ workId, segments }) => [
      workId,
      segments.flatMap(({ query, work, speed, isExact }): NamedLine[] => {
        if (!isExact || speed <= 0 || query.kind !== 'time' || work.kind !== 'time') return [];
        const offsetMs = work.startMs - speed * query.startMs;
        return [{ speed, offsetMs, fromMs: query.startMs, toMs: query.endMs }];
      }),
    ]),
  );
}

/** What was found of a film's sound, on the lines of its pictures where the sound says as much for them. */
export async function placeByPictures(
  query: SoundQuery,
  found: readonly AudioWorkMatch[],
  works: SoundSource,
  lines: ReadonlyMap<WorkId, readonly NamedLine[]>,
): Promise<AudioWorkMatch[]> {
  const placed: AudioWorkMatch[] = [];
  for (const { workId, segments } of found) {
    const named = lines.get(workId) ?? [];
    const track = named.length > 0 ? (await works.loadTracks([workId])).get(workId) : undefined;
    placed.push({
      workId,
      segments: track ? segments.map((segment) => placeOnLine(query, track, segment, named)) : segments,
    });
  }
  return placed;
}
