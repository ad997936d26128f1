import { sha256 } from '@noble/hashes/sha2.js';
import type { Digest } from '../../domain/digest.ts';
import { toHex } from '../../domain/digest.ts';

/**
 * Digest that names a model on the chain: SHA-256 over the UTF-8 text
 *
 *     colophon-model/1\n
 *     <file name> <SHA-256 as 64 lower-case hex digits>\n        one line a file, sorted by name (code units)
 *
 * over every file of the card's `files`. The card itself is not in it: thresholds may be recalibrated without
 * making another model (a verdict names their version besides).
 */
export function computeModelDigest(files: Readonly<Record<string, string>>): Digest {
  const names = Object.keys(files).sort();
  const lines = names.map((name) => `${name} ${files[name]}\n`);
  return toHex(sha256(new TextEncoder().encode(`colophon-model/1\n${lines.join('')}`)));
}
