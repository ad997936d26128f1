import type { WorkId } from '../../../domain/ids.ts';
import type { Track, TrackSource } from './track.ts';

/** Stretches of works that are held: some 50 MB. Longer works are loaded again. */
const MAX_HELD_SPANS = 80_000;

/** Loads works that are asked for more than once. */
export interface Loads {
  /** Undefined for an unknown work. Throws what the source throws. */
  load(workId: WorkId): Promise<Track | undefined>;
  forget(workId: WorkId): void;
}

/** Holds works until they are forgotten, as many as there is room for: twenty films of hours are too much. */
export function loadOnce(works: Pick<TrackSource, 'loadTracks'>): Loads {
  const held = new Map<WorkId, Track>();
  let heldSpans = 0;
  return {
    async load(workId) {
      const before = held.get(workId);
      if (before) return before;
      const track = (await works.loadTracks([workId])).get(workId);
      if (track && heldSpans + track.spans.length <= MAX_HELD_SPANS) {
        held.set(workId, track);
        heldSpans += track.spans.length;
      }
      return track;
    },
    forget(workId) {
      heldSpans -= held.get(workId)?.spans.length ?? 0;
      held.delete(workId);
    },
  };
}
