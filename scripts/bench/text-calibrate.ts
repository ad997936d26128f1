/**
 * `node scripts/bench/text-calibrate.ts [MEDIA]`: fits the probability of a text match on the first 40 chapters of the
 * second novel and on generated Chinese (other seeds than the benchmark), and prints what to put into
 * server/pipeline/match/text/text-calibration.ts. Negatives are pairs by the same author, and pairs in which the one
 * true source was taken out of the reference.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { textFileReader } from '../../server/media/text/index.ts';
import { prepareText } from '../../server/pipeline/fingerprint/text/index.ts';
import {
  alignTexts,
  placesByHash,
  type TextFeatures,
  type TextMatchSegment,
  type TextView,
  textFeatures,
} from '../../server/pipeline/match/text/index.ts';
import { calibrationCorpus } from './text-corpus.ts';
import { generateTextSet } from './text-generate.ts';

interface Example extends TextFeatures {
  readonly isCopy: boolean;
  readonly weight: number;
}

const media = process.argv[2] ?? '../shared/media/text';
const folder = mkdtempSync(join(tmpdir(), 'colophon-calibrate-'));
const corpus = await calibrationCorpus(media, 40);
const manifest = generateTextSet(corpus, folder);
const references = new Map<string, TextView>();
for (const { id, file } of manifest.references) references.set(id, await prepare(join(folder, file)));

const examples: Example[] = [];
let noise = 0;
let pairs = 0;
for (const { file, segments } of manifest.queries) {
  const query = await prepare(join(folder, file));
  for (const [id, reference] of references) {
    const isCopy = segments.some((segment) => segment.reference === id);
    pairs++;
    add(features(query, reference), isCopy);
  }
}
// Chapters against chapters: the same author, names and turns of phrase, nothing copied.
const chapters = corpus.strangers.slice(0, -1).map((text) => prepareText(text));
for (const [i, a] of chapters.entries()) {
  for (const b of chapters.slice(0, i)) {
    pairs++;
    add(features(a, b), false);
  }
  pairs++;
  add(features(a, [...references.values()][0]!), false);
}
const positives = examples.filter((example) => example.isCopy).length;
console.log(`${pairs} pairs: ${positives} copies found, ${noise} strangers with something above chance`);
console.log('above chance among strangers:', quantiles(examples.filter((e) => !e.isCopy)));
console.log('above chance among copies:', quantiles(examples.filter((e) => e.isCopy)));
console.log(JSON.stringify(fit(examples), null, 2));
rmSync(folder, { recursive: true });

async function prepare(path: string): Promise<TextView> {
  return prepareText((await textFileReader.read({ path })).text);
}

function add(found: TextFeatures | null, isCopy: boolean): void {
  if (found === null) return;
  if (!isCopy) noise++;
  examples.push({ ...found, isCopy, weight: 1 });
}

function features(query: TextView, reference: TextView): TextFeatures | null {
  const aligned = alignTexts(query, reference, placesByHash(query));
  if (aligned.length === 0) return null;
  const { starts } = query.normalized;
  const segments = aligned.map(
    ({ queryFrom, queryTo }) =>
      ({
        query: [starts[queryFrom]!, starts[queryTo - 1]! + 1],
        excluded: [],
      }) as unknown as TextMatchSegment,
  );
  return textFeatures(query, reference, aligned, segments);
}

function quantiles(list: readonly Example[]): string {
  const best = list.map((example) => Math.expm1(example.best)).sort((a, b) => a - b);
  return [0, 0.01, 0.05, 0.1, 0.5, 0.9, 0.99, 1]
    .map((q) => `${q}: ${best[Math.min(best.length - 1, Math.floor(q * best.length))]?.toFixed(1)}`)
    .join('  ');
}

/** Logistic regression by gradient descent; classes weighted alike; weights held at or above zero and small (ridge). */
function fit(list: readonly Example[]) {
  const copies = list.filter((example) => example.isCopy).length;
  const strangers = Math.max(1, list.length - copies);
  const keys = ['best', 'total', 'share'] as const;
  const weights = { best: 0, total: 0, share: 0 };
  let intercept = 0;
  for (let round = 0; round < 20_000; round++) {
    const gradient = { intercept: 0, best: 0, total: 0, share: 0 };
    for (const example of list) {
      const sum = intercept + keys.reduce((total, key) => total + weights[key] * example[key], 0);
      const error = 1 / (1 + Math.exp(-sum)) - (example.isCopy ? 1 : 0);
      const scaled = error / (2 * (example.isCopy ? copies : strangers));
      gradient.intercept += scaled;
      for (const key of keys) gradient[key] += scaled * example[key];
    }
    intercept -= 0.5 * gradient.intercept;
    for (const key of keys)
      weights[key] = Math.max(0, weights[key] - 0.5 * (gradient[key] + 0.001 * weights[key]));
  }
  return { intercept, weights };
}
