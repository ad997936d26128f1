import type { MatchReason, MatchSegment, Stretch } from './match.ts';
import type { Box } from './media.ts';

/** Width and height of a picture or of a film's frames, in pixels. */
export interface PixelSize {
  readonly width: number;
  readonly height: number;
}

/** `1:02:03.5`: a place in time, in ms, to the tenth of a second or to other `digits`; hours only where there are some. */
export function formatClock(ms: number, digits = 1): string {
  const second = 10 ** digits;
  const ticks = Math.round((Math.max(0, ms) * second) / 1000);
  const hours = Math.floor(ticks / (3600 * second));
  const minutes = Math.floor(ticks / (60 * second)) % 60;
  const seconds = ((ticks % (60 * second)) / second)
    .toFixed(digits)
    .padStart(digits > 0 ? 3 + digits : 2, '0');
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${seconds}` : `${minutes}:${seconds}`;
}

/** Where a stretch lies: `0:04.0 to 0:16.4, frames 100 to 409`. Frames count from 0, as in the API. */
export function placeOf(stretch: Stretch): string {
  switch (stretch.kind) {
    case 'region':
      return 'the outlined region';
    case 'time': {
      const { startMs, endMs, firstFrame, lastFrame } = stretch;
      const frames =
        firstFrame !== null && lastFrame !== null ? `, frames ${firstFrame} to ${lastFrame}` : '';
      return `${formatClock(startMs)} to ${formatClock(endMs)}${frames}`;
    }
    case 'characters':
      return `characters ${count(stretch.start + 1)} to ${count(stretch.end)}`;
  }
}

/** Whether a region is, but for a rounding, all of the picture. */
export function isWhole({ x, y, width, height }: Box): boolean {
  return x < 0.01 && y < 0.01 && width > 0.98 && height > 0.98;
}

/**
 * A part of a picture: `427×240 at 400,200 of 1280×720` (width × height at left, top, in pixels), or in per cent where the
 * size of the picture is not known.
 */
export function regionOf({ x, y, width, height }: Box, size: PixelSize | null): string {
  if (size === null) {
    const [left, top, wide, high] = [x, y, width, height].map((share) => Math.round(100 * share));
    return `${wide} % × ${high} % at ${left} %, ${top} %`;
  }
  const across = (share: number) => Math.round(share * size.width);
  const down = (share: number) => Math.round(share * size.height);
  return `${across(width)}×${down(height)} at ${across(x)},${down(y)} of ${size.width}×${size.height}`;
}

/** What was done to the copy, beyond cutting it out; empty for a plain copy. */
export function changesOf({ speed, mirrored, work }: MatchSegment): string[] {
  const shown = work.kind === 'time' && work.box !== null ? work.box.width * work.box.height : 1;
  return [
    speed < 0 ? 'runs backwards' : null,
    // Less than one per cent is the rounding of two clocks.
    Math.abs(Math.abs(speed) - 1) >= 0.01 ? `plays at ${Math.abs(speed).toFixed(2)} times the speed` : null,
    mirrored ? 'mirrored' : null,
    shown < 0.97 ? `shows ${Math.round(100 * shown)}\u00a0% of the picture` : null,
  ].filter((change) => change !== null);
}

/** How far the moments of a copied stretch agree, in a clause. */
export function describeMoments({
  agreeing,
  samples,
  track,
}: Extract<MatchReason, { kind: 'time' }>): string {
  return `${agreeing} of ${samples} moments of the ${track} follow each other as in the work`;
}

function count(n: number): string {
  return n.toLocaleString('en-GB');
}
