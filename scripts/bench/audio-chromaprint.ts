/** Chromaprint (Lalinský) beside ours: Debian's `fpcalc` for the fingerprints, every offset of every reference tried. */
import { spawnSync } from 'node:child_process';
import { popCount } from './audio-system.ts';

/** The place in a reference that differs in the fewest bits. `score`: 1 − share of bits that differ. */
export interface ChromaprintHit {
  readonly reference: string;
  readonly score: number;
  /** Time of the reference at the query's start. */
  readonly offsetS: number;
}

/** Answers for one query file; null when it is too short for a fingerprint (about 3 s). */
export type ChromaprintMatcher = (path: string) => ChromaprintHit | null;

/** Seconds from one 32-bit item to the next: hops of 4096/3 samples at 11,025 Hz. */
const ITEM_S = 4096 / 3 / 11_025;

/** Null when `fpcalc` is not installed. */
export function openChromaprint(
  references: readonly { readonly id: string; readonly file: string }[],
): ChromaprintMatcher | null {
  if (spawnSync('fpcalc', ['-version']).error) return null;
  const known = references.map(({ id, file }) => ({ id, items: calculate(file) }));
  return (path) => {
    const query = calculate(path);
    if (query.length === 0) return null;
    let best: ChromaprintHit | null = null;
    for (const { id, items } of known) {
      for (let offset = 0; offset + query.length <= Math.max(items.length, query.length); offset++) {
        let bits = 0;
        const count = Math.min(query.length, items.length - offset);
        for (let i = 0; i < count; i++) bits += popCount(query[i]! ^ items[offset + i]!);
        const score = count > 0 ? 1 - bits / (32 * count) : 0;
        if (!best || score > best.score) best = { reference: id, score, offsetS: offset * ITEM_S };
      }
    }
    return best;
  };
}

function calculate(path: string): Int32Array {
  // Its status is no guide: it calls the end of some files an error and prints the fingerprint all the same.
  const { stdout } = spawnSync('fpcalc', ['-raw', '-json', '-length', '0', path], { encoding: 'utf8' });
  if (!stdout.startsWith('{')) return new Int32Array(0);
  return Int32Array.from((JSON.parse(stdout) as { fingerprint: number[] }).fingerprint, (item) => item | 0);
}
