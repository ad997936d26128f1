/**
 * `npm run bench:audio -- [--data DIR] [--json FILE] [--out DIR] [--model DIR] [--each N] [--no-baseline]`: which share
 * of edited excerpts is found in the registered sounds, and how often an unrelated one raises a false alarm; beside it
 * Chromaprint on the same files. DIR has a `manifest.json` (docs/bench-format.md), or an `index.tsv` of recordings.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { audioCalibration, openAudioModel } from '../../server/inference/audio/open-audio-model.ts';
import { soundProbability } from '../../server/pipeline/decide/audio/index.ts';
import { openChromaprint } from './audio-chromaprint.ts';
import type { Answer } from './audio-report.ts';
import { audioLine, reportAudio } from './audio-report.ts';
import { makeAudioSuite } from './audio-suite.ts';
import { openAudioSystem } from './audio-system.ts';
import { defaultAudioModel } from './default-model.ts';
import { readManifest } from './video-manifest.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: join(import.meta.dirname, '../../../shared/media/audio') },
    json: { type: 'string' },
    out: { type: 'string', default: join(tmpdir(), 'colophon-bench-audio') },
    model: { type: 'string' },
    each: { type: 'string', default: '30' },
    'no-baseline': { type: 'boolean', default: false },
  },
});
Log.setLevel(AV_LOG_ERROR);
const directory = values.model ?? (await defaultAudioModel());
const model = await openAudioModel(directory);
const { thresholds, training } = model.card;
const calibration = audioCalibration(model.card);
const threshold = thresholds?.reviewProbability ?? 0.5;

let folder = values.data;
if (!existsSync(join(folder, 'manifest.json'))) {
  folder = join(values.out, `report-${values.each}`);
  const trainedOn = new Set(training.trainedOn);
  makeAudioSuite(values.data, folder, { half: 'report', each: Number(values.each), trainedOn });
}
const manifest = readManifest(folder, 'audio');
const system = await openAudioSystem(manifest.references, model);
const fpcalc = values['no-baseline'] ? null : openChromaprint(manifest.references);
const seconds = Math.round(system.seconds);
console.log(
  `${manifest.suite}: ${manifest.references.length} references, ${seconds} s; ${manifest.queries.length} queries`,
);
console.log(
  `threshold ${threshold}, calibration ${calibration.version}; Chromaprint: ${fpcalc ? 'fpcalc' : 'not installed'}`,
);

const ours = new Map<string, Answer | null>();
const theirs = new Map<string, Answer | null>();
const startedAt = performance.now();
for (const { id, file } of manifest.queries) {
  const judged = (await system.match(file))
    .flatMap(({ workId, segments }) =>
      segments.map((segment) => ({ workId, segment, probability: soundProbability(segment, calibration) })),
    )
    .sort((a, b) => b.probability - a.probability);
  const best = judged[0];
  ours.set(
    id,
    best
      ? {
          reference: best.workId,
          score: best.probability,
          at: (s) =>
            (best.segment.work.startMs + best.segment.speed * (1000 * s - best.segment.query.startMs)) / 1000,
        }
      : null,
  );
  const hit = fpcalc?.(file);
  if (hit) theirs.set(id, { reference: hit.reference, score: hit.score, at: (s) => hit.offsetS + s });
}
const report = reportAudio(manifest, ours, threshold);
// Its threshold is the one that lets no unrelated query through: there is no published one for short excerpts.
const peer = fpcalc ? reportAudio(manifest, theirs, Number.POSITIVE_INFINITY) : null;
console.log(
  `\n${' '.repeat(44)} copies top-1 found at no FA  FA   ms off: median, 95 %${peer ? '   Chromaprint: top-1, at no FA' : ''}`,
);
console.log(audioLine('all', report.all, peer?.all ?? null));
for (const key of Object.keys(report.byEdit))
  console.log(audioLine(key, report.byEdit[key]!, peer?.byEdit[key] ?? null));
for (const key of Object.keys(report.byGroup).toSorted()) {
  console.log(audioLine(key, report.byGroup[key]!, peer?.byGroup[key] ?? null));
}
for (const { id, segments } of manifest.queries) {
  const answer = ours.get(id);
  if (segments.length > 0 || !answer || answer.score < threshold) continue;
  console.log(`false alarm: ${id} as ${answer.reference}, probability ${answer.score.toFixed(3)}`);
}
const perQuery = (performance.now() - startedAt) / manifest.queries.length;
console.log(`\n${perQuery.toFixed(0)} ms a query, ${fpcalc ? 'both methods' : 'ours alone'}`);
if (values.json) {
  const result = {
    suite: manifest.suite,
    model: model.card.version,
    threshold,
    calibration,
    ours: report,
    chromaprint: peer,
  };
  writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);
}
await model.close();
