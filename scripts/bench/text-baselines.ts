import type { FoundSegment } from './text-metrics.ts';

/** A method to compare with: learns the references, then finds. */
export interface TextMethod {
  readonly name: string;
  add(reference: string, text: string): void;
  find(text: string): FoundSegment[];
}

/** Lower case and single spaces, as usual before shingling; with the way back. */
function simplify(text: string): { plain: string; places: number[] } {
  let plain = '';
  const places: number[] = [];
  let isSpace = true;
  for (let i = 0; i < text.length; i++) {
    const unit = text[i]!;
    if (/\s/.test(unit)) {
      if (!isSpace) {
        plain += ' ';
        places.push(i);
      }
      isSpace = true;
      continue;
    }
    isSpace = false;
    const lower = unit.toLowerCase();
    plain += lower.length === 1 ? lower : unit;
    places.push(i);
  }
  places.push(text.length);
  return { plain, places };
}

/**
 * Exact n-gram dot plot: every 20-gram of the query (6 for Chinese) at every place in the references; dots on one
 * diagonal less than 100 characters apart are a stretch; stretches of at least 60 (20) count.
 */
export function makeDotPlot(): TextMethod {
  const grams = new Map<string, { reference: string; at: number }[]>();
  const texts = new Map<string, number[]>();
  return {
    name: 'exact n-gram dot plot',
    add(reference, text) {
      const { plain, places } = simplify(text);
      texts.set(reference, places);
      const n = gramSize(plain);
      for (let at = 0; at + n <= plain.length; at++) {
        const gram = plain.slice(at, at + n);
        const list = grams.get(gram);
        if (list === undefined) grams.set(gram, [{ reference, at }]);
        else if (list.length < 8) list.push({ reference, at });
      }
    },
    find(text) {
      const { plain, places } = simplify(text);
      const lines = new Map<string, [number, number][]>();
      for (const n of [20, 6]) {
        for (let at = 0; at + n <= plain.length; at++) {
          for (const hit of grams.get(plain.slice(at, at + n)) ?? []) {
            const key = `${hit.at - at} ${hit.reference}`;
            const runs = lines.get(key) ?? [];
            const last = runs.at(-1);
            if (last && at - last[1] < 100) last[1] = Math.max(last[1], at + n);
            else runs.push([at, at + n]);
            lines.set(key, runs);
          }
        }
      }
      return [...lines].flatMap(([key, runs]) => {
        const space = key.indexOf(' ');
        const shift = Number(key.slice(0, space));
        const reference = key.slice(space + 1);
        const back = texts.get(reference)!;
        return runs
          .filter(([start, end]) => end - start >= (gramSize(plain.slice(start, end)) === 6 ? 20 : 60))
          .map(
            ([start, end]): FoundSegment => ({
              reference,
              query: [places[start]!, places[end - 1]! + 1],
              source: [back[start + shift]!, back[end + shift - 1]! + 1],
            }),
          );
      });
    },
  };
}

function gramSize(text: string): number {
  return /\p{Script=Han}/u.test(text.slice(0, 200)) ? 6 : 20;
}

const WINDOW = 500;

/**
 * Shingling with Jaccard: windows of 500 characters, half overlapping, as sets of 9-character shingles (5 for
 * Chinese); a window of the query that resembles one of a reference by 0.3 or more is a copy of it.
 */
export function makeShingling(): TextMethod {
  const windows: { reference: string; range: [number, number]; size: number }[] = [];
  const postings = new Map<string, number[]>();
  return {
    name: 'shingling, Jaccard ≥ 0.3',
    add(reference, text) {
      for (const { range, shingles } of windowsOf(text)) {
        for (const shingle of shingles) {
          const list = postings.get(shingle);
          if (list === undefined) postings.set(shingle, [windows.length]);
          else list.push(windows.length);
        }
        windows.push({ reference, range, size: shingles.size });
      }
    },
    find(text) {
      const found: FoundSegment[] = [];
      for (const { range, shingles } of windowsOf(text)) {
        const common = new Map<number, number>();
        for (const shingle of shingles) {
          for (const window of postings.get(shingle) ?? []) common.set(window, (common.get(window) ?? 0) + 1);
        }
        for (const [window, count] of common) {
          const { reference, range: source, size } = windows[window]!;
          if (count / (size + shingles.size - count) >= 0.3) found.push({ reference, query: range, source });
        }
      }
      return found;
    },
  };
}

function* windowsOf(text: string): Generator<{ range: [number, number]; shingles: Set<string> }> {
  const { plain, places } = simplify(text);
  const n = gramSize(plain) === 6 ? 5 : 9;
  for (let start = 0; start === 0 || start + WINDOW / 2 < plain.length; start += WINDOW / 2) {
    const end = Math.min(plain.length, start + WINDOW);
    const shingles = new Set<string>();
    for (let at = start; at + n <= end; at++) shingles.add(plain.slice(at, at + n));
    yield { range: [places[start]!, places[Math.max(start, end - 1)]! + 1], shingles };
  }
}
