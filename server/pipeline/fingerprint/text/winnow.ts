import { characterWeight, GRAM_WEIGHT, gramHash, MAX_WEIGHT, visitGrams } from './grams.ts';
import type { NormalizedText } from './normalize.ts';

/** Weight that a window of grams spans: of the grams that begin in it, at least one is kept. */
export const WINDOW_WEIGHT = 16;

/**
 * Guarantee (Schleimer, Wilkerson, Aiken 2003, with weights for counts): two normalized texts that share a stretch
 * of at least this weight share a kept gram inside of it: 33, which is 31 for letters alone, 11 Chinese characters.
 * And none that share no gram (16 letters, 6 Chinese characters) share a kept one, but for collisions in 53 bits.
 */
export const GUARANTEED_WEIGHT = WINDOW_WEIGHT + GRAM_WEIGHT - 1 + (MAX_WEIGHT - 1);

/** The kept grams of a text in order: hash (below 2^53) and place among the folded characters. */
export interface Winnowed {
  readonly hashes: Float64Array;
  readonly positions: Uint32Array;
}

const RING = 64;
const MASK = RING - 1;

/**
 * Robust winnowing: in every window the smallest hash is kept; the one kept before stays while it is as small, else
 * the rightmost, so that a run of one character does not keep every gram. A text shorter than a window keeps one.
 */
export function winnow(text: NormalizedText): Winnowed {
  const { points } = text;
  let hashes = new Float64Array(Math.ceil(points.length / 6) + 16);
  let positions = new Uint32Array(hashes.length);
  let size = 0;
  // Candidates of the window, hashes ascending; `head` and `tail` count without end, the ring is indexed by MASK.
  const ringHash = new Float64Array(RING);
  const ringPosition = new Uint32Array(RING);
  const ringCoordinate = new Float64Array(RING);
  let head = 0;
  let tail = 0;
  let coordinate = 0;
  let kept = -1;
  let keptHash = -1;
  let keptCoordinate = Number.NEGATIVE_INFINITY;
  const keep = (slot: number): void => {
    if (size === hashes.length) {
      hashes = grow(hashes, new Float64Array(size * 2));
      positions = grow(positions, new Uint32Array(size * 2));
    }
    kept = ringPosition[slot]!;
    keptHash = ringHash[slot]!;
    keptCoordinate = ringCoordinate[slot]!;
    hashes[size] = keptHash;
    positions[size++] = kept;
  };
  visitGrams(text, 0, points.length, (position, _end, low, high) => {
    const hash = gramHash(low, high);
    while (tail > head && ringHash[(tail - 1) & MASK]! >= hash) tail--;
    const slot = tail++ & MASK;
    ringHash[slot] = hash;
    ringPosition[slot] = position;
    ringCoordinate[slot] = coordinate;
    while (coordinate - ringCoordinate[head & MASK]! >= WINDOW_WEIGHT) head++;
    const isFull = coordinate >= WINDOW_WEIGHT - 1;
    const isHeld = coordinate - keptCoordinate < WINDOW_WEIGHT && ringHash[head & MASK] === keptHash;
    if (isFull && !isHeld) keep(head & MASK);
    coordinate += characterWeight(points[position]!);
  });
  if (size === 0 && tail > head) keep(head & MASK);
  return { hashes: hashes.slice(0, size), positions: positions.slice(0, size) };
}

function grow<T extends Float64Array | Uint32Array>(from: T, into: T): T {
  into.set(from);
  return into;
}
