import { changesOf, isWhole, type PixelSize, placeOf, regionOf } from '../domain/describe-segment.ts';
import type { MatchSegment, Stretch } from '../domain/match.ts';

/** Sizes of the pictures of both sides, null where they are not known. */
interface Sizes {
  readonly query: PixelSize | null;
  readonly work: PixelSize | null;
}

/**
 * A copied stretch of video or sound in two lines, or three where something was done to it: the place on both sides with
 * frames and region, then the changes. The places stand below each other.
 */
export function describeSegment(segment: MatchSegment, sizes: Sizes): string[] {
  const { track, query, work, isExact } = segment;
  const notes = [...changesOf(segment), ...(isExact ? [] : ['the ends are approximate'])];
  const below = ' '.repeat(track.length);
  return [
    `${track}  here  ${place(query, sizes.query)}`,
    `${below}  work  ${place(work, sizes.work)}`,
    ...(notes.length > 0 ? [`${below}  ${notes.join(', ')}`] : []),
  ];
}

function place(stretch: Stretch, size: PixelSize | null): string {
  const box = stretch.kind === 'time' ? stretch.box : null;
  return `${placeOf(stretch)}${box === null || isWhole(box) ? '' : `, in ${regionOf(box, size)}`}`;
}

/** Where a passage of a text stands on both sides. */
export function describePassage({ query, work }: MatchSegment): string {
  return `${placeOf(query)} here, ${placeOf(work)} of the work`;
}
