/**
 * Fits the calibration of `server/pipeline/decide/audio/` on the half of the recordings that `bench:audio` never
 * reports on, and on none that the model was trained on:
 * `node scripts/bench/audio-calibrate.ts [--data DIR] [--model DIR] [--each N] [--refit] [--write]`; `--write` puts it
 * into the model's card.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { openAudioModel } from '../../server/inference/audio/open-audio-model.ts';
import type { SoundClaim } from '../../server/pipeline/decide/audio/index.ts';
import { soundFeatures, soundProbability } from '../../server/pipeline/decide/audio/index.ts';
import { fitLogistic } from '../calibrate/logistic.ts';
import { makeAudioSuite } from './audio-suite.ts';
import { openAudioSystem } from './audio-system.ts';
import { defaultAudioModel } from './default-model.ts';
import type { BenchQuery } from './video-manifest.ts';
import { readManifest } from './video-manifest.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '../../../shared/media/audio') },
    model: { type: 'string' },
    each: { type: 'string', default: '12' },
    out: { type: 'string', default: join(tmpdir(), 'colophon-bench-audio') },
    refit: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
Log.setLevel(AV_LOG_ERROR);

/** A claimed segment with its truth; `misplaced` ones (the right work elsewhere) are left out of the fit. */
interface Row {
  readonly query: string;
  readonly reference: string;
  readonly isUnrelated: boolean;
  readonly truth: 'copy' | 'stranger' | 'misplaced';
  readonly segment: SoundClaim;
}

/** No unrelated query of the calibration half reached it. */
const REVIEW = 0.85;
const COPY = 0.95;
/** Part of every verdict's policy version: counts up with every fit that ships. */
const VERSION = 'audio-2';
const RIDGE = 1e-4;
const directory = values.model ?? (await defaultAudioModel());
const kept = join(values.out, 'claims.json');
const rows: Row[] = values.refit ? JSON.parse(readFileSync(kept, 'utf8')) : await collect();
// Some pieces of the set share a theme, though they are called different works: what agrees over many windows, in
// loudness too, is no stranger.
const isKin = ({ truth, segment: { evidence } }: Row) =>
  truth === 'stranger' && evidence.support >= 8 && evidence.likeness >= 0.25 && evidence.contrast >= 0.4;
const kin = new Set(rows.filter(isKin).map(({ reference }) => reference));
const used = rows.filter(
  (row) => row.truth === 'copy' || (row.truth === 'stranger' && !kin.has(row.reference)),
);
console.log(`left out as kin of what was asked: ${[...kin].join(', ') || 'none'}`);
const copies = used.filter(({ truth }) => truth === 'copy').length;
// Only the last feature, the change of speed, may lower the probability.
const fit = fitLogistic(
  used.map(({ truth, segment }) => ({
    values: Float64Array.from(soundFeatures(segment)),
    positive: truth === 'copy',
    weight: 1,
  })),
  RIDGE,
  soundFeatures(used[0]!.segment).map((_, i, all) => i < all.length - 1),
);
const weights = [fit.intercept, ...fit.weights].map((weight) => Number(weight.toFixed(4)));
const calibration = { version: VERSION, weights };
console.log(`${used.length} segments, ${copies} of them copies; weights ${JSON.stringify(weights)}`);
for (const threshold of [0.3, REVIEW, 0.7, 0.9, COPY]) {
  const over = used.filter(({ segment }) => soundProbability(segment, calibration) >= threshold);
  const found = over.filter(({ truth }) => truth === 'copy').length;
  const wrong = over.filter(({ truth }) => truth === 'stranger').length;
  const alarms = new Set(over.filter(({ isUnrelated }) => isUnrelated).map(({ query }) => query)).size;
  console.log(`from ${threshold}: ${found} copies, ${wrong} strangers, ${alarms} unrelated queries`);
}
if (values.write) {
  const path = join(directory, 'card.json');
  const card = JSON.parse(readFileSync(path, 'utf8'));
  card.thresholds = {
    version: calibration.version,
    copyProbability: COPY,
    reviewProbability: REVIEW,
    calibration: weights,
    fittedOn: `${used.length} segments, ${copies} of them copies, of recordings that bench:audio does not report on`,
  };
  writeFileSync(path, `${JSON.stringify(card, null, 1)}\n`);
}

async function collect(): Promise<Row[]> {
  const model = await openAudioModel(directory);
  const trainedOn = new Set(model.card.training.trainedOn);
  const folder = join(values.out, `calibrate-${values.each}`);
  makeAudioSuite(values.data, folder, { half: 'calibrate', each: Number(values.each), trainedOn });
  const manifest = readManifest(folder, 'audio');
  const system = await openAudioSystem(manifest.references, model);
  const groups = new Map(manifest.references.map(({ id, group }) => [id, group]));
  const list: Row[] = [];
  for (const query of manifest.queries) {
    if (query.segments.some(({ reference }) => groups.get(reference)?.endsWith('trained on'))) continue;
    for (const { workId, segments } of await system.match(query.file)) {
      for (const segment of segments) {
        const isUnrelated = query.segments.length === 0;
        list.push({
          query: query.id,
          reference: workId,
          isUnrelated,
          truth: judge(query, workId, segment),
          segment,
        });
      }
    }
  }
  writeFileSync(kept, JSON.stringify(list));
  await model.close();
  return list;
}

function judge(
  { segments }: BenchQuery,
  reference: string,
  { query, work, speed }: SoundClaim,
): Row['truth'] {
  const truth = segments.find((segment) => segment.reference === reference);
  if (!truth) return 'stranger';
  const middleMs = 500 * (truth.query[0] + truth.query[1]);
  const claimed = work.startMs + speed * (middleMs - query.startMs);
  return Math.abs(claimed - 500 * (truth.source[0] + truth.source[1])) < 500 ? 'copy' : 'misplaced';
}
