/**
 * Moves the intercept of a model's calibration on a suite that its weights were not fitted to, and keeps the weights, so
 * that the order of answers stays as it is:
 *
 *     node scripts/calibrate/move-intercept.ts --model DIR --version NAME [--write] SAMPLES…
 *
 * Afterwards `SHARE` of the strangers of the samples (of `collect.ts`) reach the copy probability. Prints what that does to
 * copies and strangers, photographs and drawn look-alikes apart.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { Thresholds } from '../../server/inference/index.ts';
import { calibratedProbability } from '../../server/pipeline/match/index.ts';
import type { Sample } from './collect.ts';

/**
 * Share of strangers that may be called copies. An eighth of the strangers of a suite made with `--drawn 12` differ from a
 * registered drawing in a few letters or one motif; those are all that pass.
 */
const SHARE = 0.02;
const COPY = 0.98;
/** From here on a person is asked. At 0.5 two more of 220 copies and three more of 256 strangers would come before one. */
const REVIEW = 0.65;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string' },
    version: { type: 'string' },
    write: { type: 'boolean', default: false },
  },
});
if (!values.model || !values.version || positionals.length === 0) {
  throw new Error('--model, --version and samples are needed');
}
const samples: Sample[] = [];
for (const path of positionals) samples.push(...(JSON.parse(await readFile(path, 'utf8')) as Sample[]));
const path = join(values.model, 'card.json');
const card = await readFile(path, 'utf8');
const { calibration } = (JSON.parse(card) as { thresholds: Thresholds }).thresholds;

const logit = (probability: number) => Math.log(probability / (1 - probability));
/** Best probability of every query of a kind; of copies that of the right answer. */
function bestOf(kind: (sample: Sample) => boolean, intercept: number): number[] {
  const best = new Map<string, number>();
  for (const sample of samples.filter(kind)) {
    const key = `${sample.suite} ${sample.query}`;
    const probability = calibratedProbability(sample.features, { ...calibration, intercept });
    best.set(key, Math.max(best.get(key) ?? 0, probability));
  }
  return [...best.values()].sort((a, b) => b - a);
}

const isDrawn = ({ reference }: Sample) => reference.startsWith('d-');
const strangers = bestOf((sample) => !sample.registered, calibration.intercept);
const limit = strangers[Math.floor(SHARE * strangers.length)] ?? COPY;
// Rounded down: the stranger at the limit stays below.
const intercept = Math.floor((calibration.intercept + logit(COPY) - logit(limit)) * 1000) / 1000;

for (const [name, kind] of [
  ['copies', (sample: Sample) => sample.copy],
  ['strangers nearest to a photograph', (sample: Sample) => !sample.registered && !isDrawn(sample)],
  ['strangers nearest to a drawing', (sample: Sample) => !sample.registered && isDrawn(sample)],
] as const) {
  const all = bestOf(kind, intercept);
  const reached = [COPY, 0.9, REVIEW].map((least) => `${all.filter((p) => p >= least).length} at ${least}`);
  process.stdout.write(`${name}: ${reached.join(', ')}, of ${all.length}\n`);
}
const thresholds: Thresholds = {
  version: values.version,
  copyProbability: COPY,
  reviewProbability: REVIEW,
  calibration: { ...calibration, version: values.version, intercept },
};
process.stdout.write(`intercept ${calibration.intercept} → ${intercept}\n`);
if (values.write) {
  // Only the last member of the object is ours: the rest of the card stays byte for byte what training wrote.
  const text = card.replace(/,\n "thresholds": [\s\S]*$/, '\n}');
  const body = JSON.stringify(thresholds, null, 1).replaceAll('\n', '\n ');
  await writeFile(path, `${text.replace(/\n}\s*$/, '')},\n "thresholds": ${body}\n}\n`);
}
