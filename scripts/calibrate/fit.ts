/**
 * Fits the probability of a copy and the thresholds to samples of `collect.ts`, and writes them into the card:
 *
 *     node scripts/calibrate/fit.ts --model DIR --version NAME [--write] SAMPLES…
 *
 * Logistic regression, folds by query. Reported figures are out of fold. The copy threshold lies above every false
 * alarm of the held-out strangers with room to spare, the review threshold where few strangers trouble a person.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Thresholds } from '../../server/inference/index.ts';
import { type Calibration, calibratedProbability } from '../../server/pipeline/match/index.ts';
import { measureMatching } from '../bench/matching-metrics.ts';
import type { Sample } from './collect.ts';
import { fitLogistic, type LabelledRow } from './logistic.ts';

/** Columns of the regression; more of each may never speak against a copy. */
const COLUMNS = [
  'normalizedCapped',
  'alignedCapped',
  'agreementCapped',
  'wholeCapped',
  'inlierShare',
  'steadiness',
  'steadinessRoot',
  'strongest',
  'containment',
] as const;
const FOLDS = 5;
const RIDGE = 0.0005;
/** Share of strangers that may be put before a person. */
const REVIEW_SHARE = 0.03;
/**
 * Share of strangers that may be called copies. Not none: the held-out pictures hold a few scenes photographed twice
 * from almost the same place (seen one by one), and a threshold above those would leave half of all copies to people.
 */
const COPY_SHARE = 0.0075;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    version: { type: 'string' },
    columns: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
if (!values.model || !values.version || positionals.length === 0) {
  throw new Error('--model, --version and samples are needed');
}
const columns = values.columns ? values.columns.split(',') : [...COLUMNS];
const samples: Sample[] = [];
for (const path of positionals) samples.push(...(JSON.parse(await readFile(path, 'utf8')) as Sample[]));
const queries = [...new Set(samples.map(keyOf))];

function keyOf({ suite, query }: Sample): string {
  return `${suite} ${query}`;
}

function fit(rows: readonly Sample[]): Calibration {
  const copies = rows.filter((row) => row.copy).length;
  // Both classes weigh the same, so that the probability does not depend on how many candidates were looked at.
  const labelled = rows.map((row): LabelledRow => {
    return {
      values: Float64Array.from(columns, (name) => row.features[name]!),
      positive: row.copy,
      weight: row.copy ? 0.5 / copies : 0.5 / (rows.length - copies),
    };
  });
  const { intercept, weights } = fitLogistic(
    labelled,
    RIDGE,
    columns.map(() => true),
  );
  const named = columns.map((name, i) => [name, Number(weights[i]!.toFixed(4))] as const);
  return {
    version: values.version!,
    intercept: Number(intercept.toFixed(4)),
    weights: Object.fromEntries(named.filter(([, weight]) => weight !== 0)),
  };
}

const foldOf = new Map(queries.map((query, i) => [query, (i * 7919) % FOLDS]));
const scored: { sample: Sample; probability: number }[] = [];
for (let fold = 0; fold < FOLDS; fold++) {
  const calibration = fit(samples.filter((sample) => foldOf.get(keyOf(sample)) !== fold));
  for (const sample of samples) {
    if (foldOf.get(keyOf(sample)) !== fold) continue;
    scored.push({ sample, probability: calibratedProbability(sample.features, calibration) });
  }
}

const truth = new Map<string, string | null>();
for (const sample of samples) {
  const known = truth.get(keyOf(sample));
  truth.set(keyOf(sample), sample.copy ? sample.reference : (known ?? (sample.registered ? 'missed' : null)));
}
const figures = measureMatching(
  scored.map(({ sample, probability }) => ({
    query: keyOf(sample),
    reference: sample.reference,
    score: probability,
  })),
  truth,
);
process.stdout.write(
  `out of fold: ${JSON.stringify(figures, (_, v) => (typeof v === 'number' ? Number(v.toFixed(4)) : v))}\n`,
);

const wrong = scored.filter(({ sample }) => !sample.copy).toSorted((a, b) => b.probability - a.probability);
for (const { sample, probability } of wrong.slice(0, 12)) {
  process.stdout.write(
    `  wrong ${probability.toFixed(4)} ${sample.query} (${sample.edits.join('+')}) – ${sample.reference}\n`,
  );
}
const missed = scored.filter(({ sample }) => sample.copy).toSorted((a, b) => a.probability - b.probability);
for (const { sample, probability } of missed.slice(0, 12)) {
  process.stdout.write(
    `  weak ${probability.toFixed(4)} ${sample.query} (${sample.edits.join('+')}) – ${sample.reference}\n`,
  );
}
for (let bin = 0; bin < 10; bin++) {
  const within = scored.filter(({ probability }) => Math.min(9, Math.floor(probability * 10)) === bin);
  const share = within.filter(({ sample }) => sample.copy).length / Math.max(1, within.length);
  process.stdout.write(
    `  probability ${bin / 10}–${(bin + 1) / 10}: ${within.length} candidates, ${share.toFixed(3)} copies\n`,
  );
}

const bestOfStranger = new Map<string, number>();
for (const { sample, probability } of wrong) {
  if (sample.registered) continue;
  const key = keyOf(sample);
  bestOfStranger.set(key, Math.max(bestOfStranger.get(key) ?? 0, probability));
}
const strangers = [...bestOfStranger.values()].sort((a, b) => b - a);
const quantile = (share: number) => strangers[Math.floor(share * strangers.length)] ?? 0.5;
const thresholds: Thresholds = {
  version: values.version,
  copyProbability: Number(Math.max(0.98, quantile(COPY_SHARE)).toFixed(4)),
  reviewProbability: Number(Math.max(0.5, quantile(REVIEW_SHARE)).toFixed(4)),
  calibration: fit(samples),
};
const recall = (least: number) => {
  const copies = [...truth.values()].filter((reference) => reference !== null).length;
  return scored.filter(({ sample, probability }) => sample.copy && probability >= least).length / copies;
};
process.stdout.write(`${JSON.stringify(thresholds, null, 1)}\n`);
const levels = [
  0.5,
  0.8,
  0.9,
  0.95,
  0.97,
  0.98,
  0.99,
  0.995,
  thresholds.reviewProbability,
  thresholds.copyProbability,
];
for (const least of levels) {
  const alarms = strangers.filter((probability) => probability >= least).length;
  process.stdout.write(
    `at ${least}: recall ${recall(least).toFixed(3)}, ${alarms} of ${strangers.length} strangers\n`,
  );
}
if (values.write) {
  const path = join(values.model, 'card.json');
  // Only the last member of the object is ours: the rest of the card stays byte for byte what training wrote.
  const text = (await readFile(path, 'utf8')).replace(/,\n "thresholds": [\s\S]*$/, '\n}');
  const body = JSON.stringify(thresholds, null, 1).replaceAll('\n', '\n ');
  await writeFile(path, `${text.replace(/\n}\s*$/, '')},\n "thresholds": ${body}\n}\n`);
}
