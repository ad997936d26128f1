import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import type { FoundStretch } from '../../pipeline/fingerprint/video/index.ts';
import type { NamedLine } from '../../pipeline/match/audio/index.ts';
import type { LongWorkSearch } from '../../pipeline/match/index.ts';
import { createPartFilter, NEIGHBOURS_OF_FRAME } from '../../pipeline/match/video/index.ts';
import { type Alongside, alongside, soundOf } from './film-sound.ts';
import type { AskedAhead, MediaFile, MediaQuery, MediumPath } from './medium-path.ts';
import { createSearchAhead, type SearchAhead } from './search-ahead.ts';

/** Lines that the pictures of a film lie on, by work. */
type Lines = ReadonlyMap<WorkId, readonly NamedLine[]>;

/** Matching of a film that begins while it is decoded: that takes longest, and leaves this process idle. */
export interface BegunMatch {
  /** Told of every stretch of the pictures, asks the index for it. */
  readonly onStretch: (stretch: FoundStretch) => void;
  /** The index, which knows some answers already. */
  readonly frames: SearchAhead;
  /** The sound's matching, which needs `lines` at its end. */
  sounds(lines: Promise<Lines>): Alongside<Match[]>;
  /** Nobody will ask for what is found: it ends at the next sign of progress. */
  leave(): void;
}

/** What is begun with. */
interface Film {
  readonly file: MediaFile;
  /** Length of the pictures; 0 when it is not known. */
  readonly durationMs: number;
  /** Null without sound. */
  readonly hearing: Alongside<LeafPrint | null> | null;
  readonly ahead: AskedAhead;
}

/** Begins to match a film. Failures are for who asks for what was found. */
export function beginMatch(
  { search, sound }: { readonly search: LongWorkSearch; readonly sound?: MediumPath },
  { file, durationMs, hearing, ahead }: Film,
): BegunMatch {
  const frames = createSearchAhead(search, NEIGHBOURS_OF_FRAME);
  const isAsked = createPartFilter(durationMs);
  const { promise: lines, resolve } = Promise.withResolvers<Lines>();
  // They may fail long before the sound comes to ask for them.
  lines.catch(() => {});
  const sounds = alongside(async (told) => {
    const print = (await hearing?.result) ?? null;
    if (!sound || !print) return [];
    return await sound.match({ ...ahead, policy: soundOf(ahead.policy), file, print, lines }, told);
  });
  return {
    onStretch({ startMs, vector, parts }) {
      frames.ask(isAsked(startMs) ? [vector, ...parts] : [vector]);
    },
    frames,
    sounds(known) {
      resolve(known);
      return sounds;
    },
    leave() {
      frames.leave();
      sounds.leave();
    },
  };
}

/** Matches the sound of a film whose print was there before. */
export function matchSound(sound: MediumPath, query: MediaQuery): Alongside<Match[]> {
  return alongside((told) => sound.match({ ...query, policy: soundOf(query.policy) }, told));
}
