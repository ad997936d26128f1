/**
 * `node scripts/bench/text-speed.ts FILE [MEGABYTES]`: how fast a text is fingerprinted on one core, by stage, and the peak
 * memory of the process. FILE is repeated, its paragraphs shuffled, up to the size given. Prints JSON.
 */
import { readFileSync } from 'node:fs';
import {
  fingerprintText,
  normalizeText,
  textFingerprintRoot,
  winnow,
} from '../../server/pipeline/fingerprint/text/index.ts';
import { makeRandom } from './text-random.ts';

const [file, size = '4'] = process.argv.slice(2);
if (file === undefined) throw new Error('name a text file');
const paragraphs = readFileSync(file, 'utf8').split(/(?:\r?\n){2,}/);
const random = makeRandom(3);
let text = '';
while (text.length < Number(size) * 1e6) text += `${random.shuffle(paragraphs).join('\n\n')}\n\n`;
text = text.slice(0, Number(size) * 1e6);
const bytes = Buffer.byteLength(text);

// Time of this thread on a core, so that what else runs on the machine does not count.
const now = (): number => {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
};
const marks = [now()];
const normalized = normalizeText(text);
marks.push(now());
const winnowed = winnow(normalized);
marks.push(now());
const print = fingerprintText({ text, normalized, winnowed });
marks.push(now());
const root = textFingerprintRoot(print);
marks.push(now());

const seconds = marks.slice(1).map((mark, i) => (mark - marks[i]!) / 1000);
const total = seconds.reduce((sum, value) => sum + value, 0);
console.log(
  JSON.stringify({
    megabytes: bytes / 1e6,
    megabytesPerSecond: bytes / 1e6 / total,
    seconds: { normalize: seconds[0], winnow: seconds[1], codes: seconds[2], root: seconds[3] },
    segments: print.segments.length,
    keptGrams: winnowed.hashes.length,
    peakMemoryMegabytes: process.resourceUsage().maxRSS / 1024,
    root,
  }),
);
