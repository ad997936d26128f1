import { foldCluster, joinsPrevious } from './fold.ts';

/** Version of the normalization (docs/text-normalization.md). A change of what it gives is a new version. */
export const NORMALIZATION_VERSION = 'colophon-text/1';

/**
 * A text as it is compared, with the way back. All places in the original are counted in characters, that is
 * Unicode code points.
 */
export interface NormalizedText {
  /** Folded characters, as code points. */
  readonly points: Uint32Array;
  /** Where the original of each folded character begins. */
  readonly starts: Uint32Array;
  /** How many characters of the original it stands for (a letter and its accents), at most 255. */
  readonly lengths: Uint8Array;
  /** Characters of the original. */
  readonly characters: number;
}

// In the table of the Basic Multilingual Plane: 0 drops the character, anything below these stands for it.
const UNKNOWN = 0xffff;
const SEVERAL = 0xfffe;
const single = new Uint16Array(0x10000).fill(UNKNOWN);
// 0 unknown, 1 stands alone, 2 joins the character before.
const joins = new Uint8Array(0x10000);
const folded = new Map<string, readonly number[]>();
const FOLDED_LIMIT = 50_000;
// Marks without end on one letter ("zalgo") are cut into clusters, so that none is long.
const CLUSTER_LIMIT = 64;

/** Normalizes a text. Linear in its length; the tables fill up with use. */
export function normalizeText(text: string): NormalizedText {
  const out = new Builder(text.length);
  let at = 0;
  let character = 0;
  while (at < text.length) {
    const unit = text.charCodeAt(at);
    const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
    // The common way: a character of the plane, not followed by one that combines with it, folded to one or none.
    if ((unit & 0xf800) !== 0xd800 && (next < 0x300 || !joinsUnit(next, text, at + 1))) {
      let fold = single[unit]!;
      if (fold === UNKNOWN) fold = learn(unit);
      if (fold < SEVERAL) {
        if (fold !== 0) out.push(fold, character, 1);
        at++;
        character++;
        continue;
      }
    }
    const end = clusterEnd(text, at);
    const cluster = text.slice(at, end);
    let size = 0;
    for (const _ of cluster) size++;
    for (const point of foldedPoints(cluster)) out.push(point, character, size);
    at = end;
    character += size;
  }
  return out.finish(character);
}

function learn(unit: number): number {
  const points = foldedPoints(String.fromCharCode(unit));
  const fold = points.length === 0 ? 0 : points.length === 1 && points[0]! < SEVERAL ? points[0]! : SEVERAL;
  single[unit] = fold;
  return fold;
}

function foldedPoints(cluster: string): readonly number[] {
  const known = folded.get(cluster);
  if (known !== undefined) return known;
  const points = [...foldCluster(cluster)].map((character) => character.codePointAt(0)!);
  if (folded.size >= FOLDED_LIMIT) folded.clear();
  folded.set(cluster, points);
  return points;
}

function joinsUnit(unit: number, text: string, at: number): boolean {
  if ((unit & 0xf800) === 0xd800) return joinsPrevious(text.codePointAt(at)!);
  let known = joins[unit]!;
  if (known === 0) {
    known = joinsPrevious(unit) ? 2 : 1;
    joins[unit] = known;
  }
  return known === 2;
}

function clusterEnd(text: string, at: number): number {
  let end = at + (text.codePointAt(at)! > 0xffff ? 2 : 1);
  while (end < text.length && end - at < CLUSTER_LIMIT && joinsUnit(text.charCodeAt(end), text, end)) {
    end += text.codePointAt(end)! > 0xffff ? 2 : 1;
  }
  return end;
}

/** Three columns that grow. A text rarely has more folded characters than code units, so they rarely do. */
class Builder {
  private points: Uint32Array;
  private starts: Uint32Array;
  private lengths: Uint8Array;
  private size = 0;

  constructor(capacity: number) {
    this.points = new Uint32Array(capacity + 16);
    this.starts = new Uint32Array(capacity + 16);
    this.lengths = new Uint8Array(capacity + 16);
  }

  push(point: number, start: number, length: number): void {
    if (this.size === this.points.length) this.grow();
    this.points[this.size] = point;
    this.starts[this.size] = start;
    this.lengths[this.size] = Math.min(length, 255);
    this.size++;
  }

  finish(characters: number): NormalizedText {
    // A copy would double the memory of a long text for a moment; a text that folds to little is worth one.
    const end = this.size;
    const { points, starts, lengths } = this;
    return end > points.length / 2
      ? {
          points: points.subarray(0, end),
          starts: starts.subarray(0, end),
          lengths: lengths.subarray(0, end),
          characters,
        }
      : {
          points: points.slice(0, end),
          starts: starts.slice(0, end),
          lengths: lengths.slice(0, end),
          characters,
        };
  }

  private grow(): void {
    const capacity = Math.ceil(this.points.length * 1.5);
    const points = new Uint32Array(capacity);
    const starts = new Uint32Array(capacity);
    const lengths = new Uint8Array(capacity);
    points.set(this.points);
    starts.set(this.starts);
    lengths.set(this.lengths);
    this.points = points;
    this.starts = starts;
    this.lengths = lengths;
  }
}

/** The characters `[start, end)` of a text, counted in code points. */
export function sliceCharacters(text: string, start: number, end: number): string {
  const from = unitOffset(text, start, 0, 0);
  return text.slice(from, unitOffset(text, end, start, from));
}

/** Characters of a text, counted in code points; half of a pair counts as one. */
export function countCharacters(text: string): number {
  let count = 0;
  for (let unit = 0; unit < text.length; count++) unit = unitOffset(text, 1, 0, unit);
  return count;
}

function unitOffset(text: string, character: number, knownCharacter: number, knownUnit: number): number {
  let unit = knownUnit;
  for (let at = knownCharacter; at < character && unit < text.length; at++) {
    unit += (text.charCodeAt(unit) & 0xfc00) === 0xd800 && unit + 1 < text.length ? 2 : 1;
  }
  return unit;
}
