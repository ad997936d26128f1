/** Copied stretches in words, the same on the page and in the notice. */
import type { Match, MatchSegment, Stretch } from '../../../server/domain/match.ts';
import { formatClock, formatShare } from '../parts/format.ts';

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

/** Where a stretch lies: `0:04.0 to 0:16.4, frames 100 to 409`. Frames count from 0, as in the API. */
export function placeOf(stretch: Stretch): string {
  switch (stretch.kind) {
    case 'region':
      return 'the outlined region';
    case 'time': {
      const frames =
        stretch.firstFrame !== null && stretch.lastFrame !== null
          ? `, frames ${stretch.firstFrame} to ${stretch.lastFrame}`
          : '';
      return `${formatClock(stretch.startMs)} to ${formatClock(stretch.endMs)}${frames}`;
    }
    case 'characters':
      return `characters ${(stretch.start + 1).toLocaleString('en-GB')} to ${stretch.end.toLocaleString('en-GB')}`;
  }
}

function shownOf(work: Stretch): number {
  return work.kind === 'time' && work.box !== null ? work.box.width * work.box.height : 1;
}

/** What was done to the copy, beyond cutting it out; empty for a plain copy. */
export function changesOf(segment: MatchSegment): string[] {
  const { speed } = segment;
  return [
    speed < 0 ? 'runs backwards' : null,
    // Less than one per cent is the rounding of two clocks.
    Math.abs(Math.abs(speed) - 1) >= 0.01 ? `plays at ${Math.abs(speed).toFixed(2)} times the speed` : null,
    segment.mirrored ? 'mirrored' : null,
    shownOf(segment.work) < 0.97 ? `shows ${formatShare(shownOf(segment.work))} of the picture` : null,
  ].filter((change) => change !== null);
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
