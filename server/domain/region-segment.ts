import { isWhole } from './describe-segment.ts';
import type { AffineTransform, Match, MatchSegment } from './match.ts';
import type { Box } from './media.ts';

/** The one segment of a picture's match: the region on both sides. */
export function regionSegment(match: Omit<Match, 'segments'>): MatchSegment {
  const { queryBox, workBox, similarity, probability, mirrored, transform } = match;
  return {
    query: { kind: 'region', box: queryBox },
    work: { kind: 'region', box: workBox },
    track: 'picture',
    similarity,
    probability,
    speed: 1,
    mirrored,
    transform,
    isExact: transform !== null,
    explanation: [describeRegions(match), ...match.reasons.map((reason) => reason.detail)].join('; '),
  };
}

/**
 * What of a picture shows what of the work, and how it was changed, in a clause: "the top left of this picture, 29 % of its
 * width and 40 % of its height, shows all of the work, mirrored".
 */
export function describeRegions(
  match: Pick<Match, 'queryBox' | 'workBox' | 'transform'>,
  shows = 'shows',
): string {
  const { queryBox, workBox, transform } = match;
  const shown = `${describePart(queryBox, 'this picture')} ${shows} ${describePart(workBox, 'the work').replace(/,$/, '')}`;
  const changes = transform === null ? ['the place is approximate'] : turnsOf(transform);
  return [shown, ...changes].join(', ');
}

/** "all of the work", or "the top left of the work, 50 % of its width and 30 % of its height,". */
function describePart(box: Box, of: string): string {
  if (isWhole(box)) return `all of ${of}`;
  const [wide, high] = [box.width, box.height].map((share) => Math.round(100 * share));
  return `${positionOf(box)} of ${of}, ${wide} % of its width and ${high} % of its height,`;
}

// Margins that differ by less than this share of the picture are called equal.
const EVEN = 0.25;

function positionOf({ x, y, width, height }: Box): string {
  const side = (before: number, length: number, [first, last]: readonly [string, string]) => {
    const more = before - (1 - before - length);
    return Math.abs(more) < EVEN ? '' : more < 0 ? first : last;
  };
  const words = [side(y, height, ['top', 'bottom']), side(x, width, ['left', 'right'])].filter(Boolean);
  return `the ${words.length === 0 ? 'middle' : words.join(' ')}`;
}

// In shares of the sides, so that a quarter turn is one whatever the shape of the picture.
const LEVEL = 0.05;
const QUARTERS = ['', 'turned a quarter to the left', 'upside down', 'turned a quarter to the right'];

/** How the picture stands beside the work: mirrored, turned by quarters, or tilted. */
function turnsOf({ a, b, d, e }: AffineTransform): string[] {
  const mirrored = a * e - b * d < 0;
  // Told as: first mirrored from left to right, then turned.
  const quarter = Math.round(Math.atan2(d, mirrored ? -a : a) / (Math.PI / 2));
  const [along, across] =
    quarter % 2 === 0
      ? [
          [a, e],
          [b, d],
        ]
      : [
          [b, d],
          [a, e],
        ];
  const least = Math.min(...along!.map(Math.abs));
  const isTilted = across!.some((part) => Math.abs(part) > LEVEL * least);
  return [mirrored ? 'mirrored' : '', QUARTERS[(quarter + 4) % 4]!, isTilted ? 'tilted' : ''].filter(Boolean);
}
