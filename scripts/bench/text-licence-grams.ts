/**
 * `node scripts/bench/text-licence-grams.ts [NOVEL]`: writes server/pipeline/match/text/licence-grams.ts, the kept grams of
 * the Project Gutenberg notices in NOVEL and of CC0. To be run again when the normalization changes.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { prepareText } from '../../server/pipeline/fingerprint/text/index.ts';

const ROOT = resolve(import.meta.dirname, '../..');
const novel = process.argv[2] ?? join(ROOT, '../shared/media/text/moby-dick.txt');

function part(text: string, from: RegExp, to: RegExp): string {
  const start = text.search(from);
  const length = text.slice(start).search(to);
  if (start < 0 || length < 0) throw new Error(`no part from ${from} to ${to}`);
  return text.slice(start, start + length);
}

const read = (path: string): string => readFileSync(resolve(ROOT, path), 'utf8');
const gutenberg = readFileSync(novel, 'utf8');
const TEXTS: Readonly<Record<string, string>> = {
  'CC0 1.0': read('/usr/share/common-licenses/CC0-1.0'),
  'Project Gutenberg header': part(gutenberg, /This eBook is for the use/, /Title:/),
  'Project Gutenberg licence': part(gutenberg, /Updated editions will replace the previous/, /$(?![\s\S])/),
};

const grams = new Set<number>();
for (const text of Object.values(TEXTS))
  for (const hash of prepareText(text).winnowed.hashes) grams.add(hash % 2 ** 32);
const sorted = Uint32Array.from(grams).sort();
const base64 = Buffer.from(sorted.buffer).toString('base64');
const lines = base64.match(/.{1,96}/g)!.map((line) => `  '${line}' +`);
lines.push("  ''");

writeFileSync(
  join(ROOT, 'server/pipeline/match/text/licence-grams.ts'),
  `// Written by scripts/bench/text-licence-grams.ts. The lower 32 bits of the kept grams of: ${Object.keys(TEXTS).join(', ')}.
const PACKED =
${lines.join('\n')};

/** Kept grams of well-known licences, by the lower 32 bits of their hash. */
export const LICENCE_GRAMS: ReadonlySet<number> = unpack();

function unpack(): Set<number> {
  const bytes = Uint8Array.from(atob(PACKED), (character) => character.charCodeAt(0));
  const view = new DataView(bytes.buffer);
  const grams = new Set<number>();
  for (let at = 0; at < bytes.length; at += 4) grams.add(view.getUint32(at, true));
  return grams;
}
`,
);
console.log(`${grams.size} grams of ${Object.keys(TEXTS).length} texts`);
