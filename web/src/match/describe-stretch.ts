/** Copied stretches in words, the same on the page and in the notice. */
import { changesOf, placeOf } from '../../../server/domain/describe-segment.ts';
import type { Match, Stretch } from '../../../server/domain/match.ts';

/** How much a stretch is: `12.4 s`, `830 characters`; of a region nothing, its outline says it. */
export function lengthOf(stretch: Stretch): string {
  switch (stretch.kind) {
    case 'region':
      return '';
    case 'time':
      return `${((stretch.endMs - stretch.startMs) / 1000).toFixed(1)} s`;
    case 'characters':
      return `${(stretch.end - stretch.start).toLocaleString('en-GB')} characters`;
  }
}

const TRACKS = { picture: 'picture', sound: 'sound', text: 'text' } as const;

/** One line for each stretch of a match in time or text: both places and the changes. Empty for pictures. */
export function describeStretches(match: Pick<Match, 'segments'>): string[] {
  return match.segments
    .filter((segment) => segment.work.kind !== 'region')
    .map((segment) => {
      const changes = changesOf(segment);
      return `${TRACKS[segment.track]}, ${placeOf(segment.query)} of the copy from ${placeOf(segment.work)} of the work${changes.length > 0 ? ` (${changes.join(', ')})` : ''}`;
    });
}
