/**
 * Fits the probability of a copy and the thresholds to samples of `collect.ts`, and writes them into the card:
 *
 *     node scripts/calibrate/fit.ts --model DIR --version NAME [--write] SAMPLES…
 *
 * Three parts of the samples (`suite.ts`), none of which shares a picture or a family of drawings with another: the weights are
 * fitted to the first, the level of the probability is set on the second, and what is reported comes from the third.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Thresholds } from '../../server/inference/index.ts';
import { type Calibration, calibratedProbability } from '../../server/pipeline/match/index.ts';
import { measureMatching } from '../bench/matching-metrics.ts';
import type { Sample } from './collect.ts';
import { fitLogistic, type LabelledRow } from './logistic.ts';
import type { Part } from './suite.ts';
import { copyLevel } from './thresholds.ts';

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
  'weakest',
  'agreementTones',
  'still',
] as const;
/**
 * Tried from 0.0005 to 0.1. This one, and the share below, rank `choose` about best when fitted to `fit`, and `fit` when fitted to `choose`.
 */
const RIDGE = 0.02;
/** Weight of the candidates that are drawings, tried from 0.1 to 0.5; the others are photographs, which works mostly are. */
const DRAWN_SHARE = 0.15;
/** Most wrong answers are far from any copy and would drown the few that are not: of every query only the likeliest counts. */
const ROUNDS = 4;
/** From this probability on the answer is `copy`: the intercept is moved so that it lies where `copyLevel` puts it. */
const COPY = 0.98;
/** Share of strangers that may be put before a person. */
const REVIEW_SHARE = 0.1;

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
const version = values.version;
const columns: readonly string[] = values.columns ? values.columns.split(',') : COLUMNS;
const samples: Sample[] = [];
for (const path of positionals) samples.push(...(JSON.parse(await readFile(path, 'utf8')) as Sample[]));
const partOf = (part: Part) => samples.filter((sample) => sample.part === part);

const logit = (probability: number) => Math.log(probability / (1 - probability));
const keyOf = ({ suite, query }: Sample) => `${suite} ${query}`;
const isDrawn = ({ reference }: Sample) => reference.startsWith('d-');

/** The likeliest of every query's samples, likeliest first. */
function bestOf(rows: readonly Sample[], calibration: Calibration) {
  const best = new Map<string, { sample: Sample; probability: number }>();
  for (const sample of rows) {
    const probability = calibratedProbability(sample.features, calibration);
    const held = best.get(keyOf(sample));
    if (!held || probability > held.probability) best.set(keyOf(sample), { sample, probability });
  }
  return [...best.values()].sort((a, b) => b.probability - a.probability);
}

function fitOnce(rows: readonly Sample[]): Calibration {
  const kindOf = (row: Sample) => `${row.copy} ${isDrawn(row)}`;
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(kindOf(row), (counts.get(kindOf(row)) ?? 0) + 1);
  const labelled = rows.map((row): LabelledRow => {
    return {
      values: Float64Array.from(columns, (name) => row.features[name]!),
      positive: row.copy,
      weight: (isDrawn(row) ? DRAWN_SHARE : 1 - DRAWN_SHARE) / 2 / counts.get(kindOf(row))!,
    };
  });
  const signs = columns.map(() => true);
  const { intercept, weights } = fitLogistic(labelled, RIDGE, signs);
  const named = columns.map((name, i) => [name, Number(weights[i]!.toFixed(4))] as const);
  return { version, intercept, weights: Object.fromEntries(named.filter(([, weight]) => weight !== 0)) };
}

/** Copies against the likeliest wrong answer of every query. */
function fit(rows: readonly Sample[]): Calibration {
  const copies = rows.filter((row) => row.copy);
  const wrong = rows.filter((row) => !row.copy);
  let calibration = fitOnce(rows);
  for (let round = 0; round < ROUNDS; round++) {
    calibration = fitOnce([...copies, ...bestOf(wrong, calibration).map(({ sample }) => sample)]);
  }
  return calibration;
}

const fitted = fit(partOf('fit'));
const strangers = bestOf(
  partOf('choose').filter((sample) => !sample.registered),
  fitted,
);
const level = copyLevel(strangers.map(({ probability }) => logit(probability)));
// Rounded down: what lies at the level stays below.
const intercept = Math.floor((fitted.intercept + logit(COPY) - level) * 1000) / 1000;
const calibration: Calibration = { ...fitted, intercept };
const moved = bestOf(
  strangers.map(({ sample }) => sample),
  calibration,
);
const review = moved[Math.floor(REVIEW_SHARE * moved.length)]?.probability ?? 0.5;
const thresholds: Thresholds = {
  version,
  copyProbability: COPY,
  reviewProbability: Number(Math.min(0.9, Math.max(0.5, review)).toFixed(2)),
  calibration,
};
process.stdout.write(`${JSON.stringify(thresholds, null, 1)}\n`);
for (const part of ['fit', 'choose', 'report'] as const) report(part);

/** What the thresholds do to one part. Of a registered query the sample of the right answer counts. */
function report(part: Part): void {
  const rows = partOf(part);
  const kinds = [
    ['copies of photographs', (one: Sample) => one.copy && !isDrawn(one)],
    ['copies of drawings', (one: Sample) => one.copy && isDrawn(one)],
    ['strangers nearest to a photograph', (one: Sample) => !one.registered && !isDrawn(one)],
    ['strangers nearest to a drawing', (one: Sample) => !one.registered && isDrawn(one)],
  ] as const;
  process.stdout.write(`${part}\n`);
  const best = bestOf(
    rows.filter((row) => row.copy || !row.registered),
    calibration,
  );
  for (const [name, kind] of kinds) {
    const all = best.filter(({ sample }) => kind(sample));
    const share = (least: number) => all.filter(({ probability }) => probability >= least).length;
    process.stdout.write(
      `  ${name}: ${share(COPY)} copy, ${share(thresholds.reviewProbability) - share(COPY)} review, of ${all.length}\n`,
    );
  }
  const truth = new Map<string, string | null>();
  for (const sample of rows) {
    const known = truth.get(keyOf(sample));
    const missed = known ?? (sample.registered ? 'missed' : null);
    truth.set(keyOf(sample), sample.copy ? sample.reference : missed);
  }
  const scored = rows.map((sample) => ({
    sample,
    query: keyOf(sample),
    reference: sample.reference,
    score: calibratedProbability(sample.features, calibration),
  }));
  const figures = JSON.stringify(measureMatching(scored, truth), (_, v) =>
    typeof v === 'number' ? Number(v.toFixed(4)) : v,
  );
  process.stdout.write(`  ${figures}\n`);
  const bins = [0, 0.1, 0.5, 0.9, 0.98, 0.995].map((from, i, all) => {
    const within = scored.filter(({ score }) => score >= from && score < (all[i + 1] ?? 2));
    const copies = within.filter(({ sample }) => sample.copy).length;
    return `≥ ${from}: ${copies} of ${within.length}`;
  });
  process.stdout.write(`  candidates that are copies, by probability: ${bins.join(', ')}\n`);
  const show = ({ sample, probability }: { sample: Sample; probability: number }) =>
    `${probability.toFixed(4)} ${sample.query} (${sample.edits.join(' + ')}) ${sample.reference}`;
  const wrong = best.filter(({ sample }) => !sample.copy).slice(0, 8);
  const weak = best.filter(({ sample }) => sample.copy).slice(-8);
  process.stdout.write(`  likeliest strangers: ${wrong.map(show).join('; ')}\n`);
  process.stdout.write(`  unlikeliest copies: ${weak.map(show).join('; ')}\n`);
}

if (values.write) {
  const path = join(values.model, 'card.json');
  // Only this member of the object is ours: the rest of the card stays byte for byte what training wrote.
  const text = (await readFile(path, 'utf8')).replace(/,\n "thresholds": \{[\s\S]*?\n \}/, '');
  const body = JSON.stringify(thresholds, null, 1).replaceAll('\n', '\n ');
  await writeFile(path, `${text.replace(/\n}\s*$/, '')},\n "thresholds": ${body}\n}\n`);
}
