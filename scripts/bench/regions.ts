/**
 * How well the copied area is outlined: `npm run bench:regions -- --data DIR --json FILE`.
 *
 * References of a suite folder are registered; queries are made from some of them (a picture pasted into another,
 * a crop, mirrored or softened besides), so that the true boxes are known. Reported: intersection over union of the
 * boxes on both sides with the truth.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Box, Raster } from '../../server/domain/media.ts';
import { ColophonError, InputError } from '../../server/errors.ts';
import { openModel } from '../../server/inference/index.ts';
import { fingerprintImage } from '../../server/pipeline/fingerprint/index.ts';
import { applyAffine, boundingBox } from '../../server/pipeline/match/affine.ts';
import { matchPrint } from '../../server/pipeline/match/index.ts';
import { overlap } from '../../server/pipeline/match/panels.ts';
import { GEOMETRIC_EDITS } from '../calibrate/geometric-edits.ts';
import { LOOK_EDITS } from '../calibrate/look-edits.ts';
import { asPicture, makeRandom, type Picture } from '../calibrate/picture.ts';
import { readSuite } from '../calibrate/suite.ts';
import { defaultModel } from './default-model.ts';
import { decodeFile, registerSuite, workIdOf } from './matching-registry.ts';

/** Chains of edits that a query is made by. */
const CHAINS: Readonly<Record<string, readonly string[]>> = {
  inset: ['inset'],
  'inset, mirrored': ['flip', 'inset'],
  'inset, lossy': ['inset', 'lossy'],
  crop: ['crop'],
  'hard crop': ['crop-hard'],
  'crop, mirrored, soft': ['crop', 'flip', 'soften'],
  'turned crop': ['crop', 'turn-shear'],
};

interface Outlines {
  readonly query: number[];
  readonly work: number[];
  missed: number;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        data: { type: 'string', default: '../shared/media/dev' },
        model: { type: 'string' },
        json: { type: 'string' },
        each: { type: 'string', default: '25' },
        seed: { type: 'string', default: '1' },
        cache: { type: 'string' },
      },
    });
    for (const name of ['each', 'seed'] as const) {
      if (!/^[1-9]\d*$/.test(values[name])) throw new InputError('invalid_request', `--${name} is a number`);
    }
    return values;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw new InputError('invalid_request', (cause as Error).message, { cause });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const suite = await readSuite(options.data);
  const model = await openModel(options.model ?? (await defaultModel()));
  const registry = await registerSuite(suite, options.data, model, undefined, options.cache);
  const random = makeRandom(Number(options.seed));
  const strangers: Raster[] = [];
  for (const query of suite.queries.filter(({ reference }) => reference === null).slice(0, 60)) {
    strangers.push((await decodeFile(options.data, query.file)).raster);
  }
  if (strangers.length === 0)
    throw new InputError('invalid_request', 'the suite has no strangers to paste into');
  const results: Record<string, Outlines> = {};
  for (const [name, chain] of Object.entries(CHAINS)) {
    const outlines: Outlines = { query: [], work: [], missed: 0 };
    for (let i = 0; i < Number(options.each); i++) {
      const reference = random.pick(suite.references);
      let picture = asPicture((await decodeFile(options.data, reference.file)).raster);
      for (const edit of chain) {
        picture = await { ...GEOMETRIC_EDITS, ...LOOK_EDITS }[edit]!(picture, random, strangers);
      }
      const decoded = {
        mediaType: 'image/png',
        width: picture.width,
        height: picture.height,
        raster: picture,
      };
      const print = await fingerprintImage(decoded, model.embedder);
      const matches = await matchPrint({ decoded, print, exactWorkIds: [] }, { ...registry, ...model });
      const match = matches.find(({ workId }) => workId === workIdOf(reference.id));
      if (!match || match.probability < model.policy.reviewProbability) {
        outlines.missed++;
        continue;
      }
      outlines.query.push(overlap(match.queryBox, picture.shown));
      outlines.work.push(overlap(match.workBox, shownOfWork(picture)));
    }
    results[name] = outlines;
    print(name, outlines);
  }
  const all = Object.values(results);
  print('all', {
    query: all.flatMap((one) => one.query),
    work: all.flatMap((one) => one.work),
    missed: all.reduce((sum, one) => sum + one.missed, 0),
  });
  if (options.json) await writeFile(options.json, `${JSON.stringify(results, null, 1)}\n`);
  await model.close();
}

/** The part of the original that a picture shows. */
function shownOfWork({ toOriginal, shown }: Picture): Box {
  const { x, y, width, height } = shown;
  const corners = [
    { x, y },
    { x: x + width, y },
    { x, y: y + height },
    { x: x + width, y: y + height },
  ];
  return boundingBox(corners.map((corner) => applyAffine(toOriginal, corner)));
}

function print(name: string, { query, work, missed }: Outlines): void {
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / Math.max(1, values.length);
  const share = (values: readonly number[], least: number) =>
    values.filter((value) => value >= least).length / Math.max(1, values.length);
  const cells = [mean(query), share(query, 0.75), mean(work), share(work, 0.75)].map((value) =>
    value.toFixed(2).padStart(7),
  );
  process.stdout.write(
    `${name.padEnd(24)}${String(query.length).padStart(4)} found ${String(missed).padStart(3)} missed   IoU query, ≥.75, work, ≥.75:${cells.join('')}\n`,
  );
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
