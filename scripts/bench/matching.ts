/**
 * How well copies are found, through the shipped path: `npm run bench:matching -- --data DIR --json FILE`.
 *
 * `--data` is a suite folder (`manifest.json`; default `../shared/media/dev`), `--model` a model folder. Prints a
 * table; `--json` writes the figures, `--plot` a PNG. `--only single` leaves the full matcher out, which takes
 * most of the time. `--cache FILE` keeps the prints of the references between runs.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { type Raster, WHOLE } from '../../server/domain/media.ts';
import { ColophonError, InputError } from '../../server/errors.ts';
import { openModel } from '../../server/inference/index.ts';
import { fingerprintImage, fingerprintRegions } from '../../server/pipeline/fingerprint/index.ts';
import { chanceSimilarity, matchPrint } from '../../server/pipeline/match/index.ts';
import { readSuite, type Suite } from '../calibrate/suite.ts';
import { defaultModel } from './default-model.ts';
import { compareAll, inner, openFloatNetwork, toUnit } from './matching-methods.ts';
import {
  bestAnswers,
  type MatchingFigures,
  measureMatching,
  type Prediction,
  precisionRecall,
  type Truth,
} from './matching-metrics.ts';
import { type Bits, bitSimilarity, PEERS } from './matching-peers.ts';
import { drawPlot } from './matching-plot.ts';
import { decodeFile, inOrder, referenceOf, registerSuite } from './matching-registry.ts';

interface Row {
  readonly method: string;
  readonly figures: MatchingFigures;
  /** Share of the copies with that edit whose best answer is right, and right above every false alarm. */
  readonly recallByEdit: Readonly<Record<string, number>>;
  readonly predictions: readonly Prediction[];
}

function readOptions() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        data: { type: 'string', default: '../shared/media/dev' },
        model: { type: 'string' },
        json: { type: 'string' },
        plot: { type: 'string' },
        answers: { type: 'string' },
        only: { type: 'string' },
        limit: { type: 'string' },
        cache: { type: 'string' },
      },
    });
    if (values.only !== undefined && values.only !== 'single' && values.only !== 'full') {
      throw new InputError('invalid_request', '--only is "single" or "full"');
    }
    if (values.limit !== undefined && !/^[1-9]\d*$/.test(values.limit)) {
      throw new InputError('invalid_request', '--limit is a number of queries');
    }
    return values;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw new InputError('invalid_request', (cause as Error).message, { cause });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const folder = options.data;
  const whole = await readSuite(folder);
  const suite = options.limit ? { ...whole, queries: whole.queries.slice(0, Number(options.limit)) } : whole;
  const truth: Truth = new Map(suite.queries.map((query) => [query.id, query.reference]));
  const rows: Row[] = [];
  const add = (method: string, predictions: readonly Prediction[]) => {
    const figures = measureMatching(predictions, truth);
    rows.push({ method, figures, recallByEdit: recallByEdit(suite, predictions), predictions });
    process.stderr.write(`${method}: µAP ${figures.microAp.toFixed(4)}\n`);
  };
  const modelFolder = options.model ?? (await defaultModel());
  if (options.only !== 'full') await runSingle(suite, folder, modelFolder, add);
  const latency =
    options.only === 'single' ? undefined : await runFull(suite, folder, modelFolder, options.cache, add);
  printTable(rows);
  if (latency) process.stdout.write(`one check: p50 ${latency.p50} ms, p99 ${latency.p99} ms\n`);
  if (options.json) {
    const methods = rows.map(({ predictions: _, ...row }) => row);
    const head = {
      suite: suite.suite,
      model: modelFolder.split('/').at(-1),
      references: suite.references.length,
    };
    await writeFile(
      options.json,
      `${JSON.stringify({ ...head, queries: suite.queries.length, latency, methods }, null, 1)}\n`,
    );
  }
  if (options.answers) await writeFile(options.answers, JSON.stringify(rows));
  if (options.plot) {
    const curves = rows.map((row) => ({ name: row.method, points: precisionRecall(row.predictions, truth) }));
    await writeFile(options.plot, await drawPlot(curves, rows));
  }
}

/** One vector or hash a picture: FP32, INT8, INT8 with score normalization, and the peers. */
async function runSingle(
  suite: Suite,
  folder: string,
  modelFolder: string,
  add: (method: string, predictions: readonly Prediction[]) => void,
): Promise<void> {
  const model = await openModel(modelFolder);
  const float = await openFloatNetwork(modelFolder, 1);
  const vectors = { fp32: new Map<string, Float64Array>(), int8: new Map<string, Float64Array>() };
  const chance = new Map<string, number>();
  const bits = new Map(PEERS.map((peer) => [peer.name, new Map<string, Bits>()]));
  const see = async (id: string, raster: Raster, isQuery: boolean) => {
    vectors.fp32.set(id, (await float.embed([raster]))[0]!);
    const { vector } = (await fingerprintRegions(raster, [WHOLE], model.embedder))[0]!.segment;
    vectors.int8.set(id, toUnit(vector));
    if (isQuery) chance.set(id, chanceSimilarity(vector, model.background));
    for (const peer of PEERS) bits.get(peer.name)!.set(id, peer.hash(raster));
  };
  await inOrder(suite.references, async ({ id, file }) =>
    see(id, (await decodeFile(folder, file)).raster, false),
  );
  await inOrder(suite.queries, async ({ id, file }) =>
    see(id, (await decodeFile(folder, file)).raster, true),
  );
  const split = <T>(all: ReadonlyMap<string, T>) =>
    [
      new Map(suite.queries.map(({ id }) => [id, all.get(id)!])),
      new Map(suite.references.map(({ id }) => [id, all.get(id)!])),
    ] as const;
  add('single vector FP32', compareAll(...split(vectors.fp32), inner));
  add('single vector INT8', compareAll(...split(vectors.int8), inner));
  add(
    'INT8, score-normalized',
    compareAll(...split(vectors.int8), inner, (id) => chance.get(id)!),
  );
  for (const peer of PEERS) add(peer.name, compareAll(...split(bits.get(peer.name)!), bitSimilarity));
  await float.close();
  await model.close();
}

/** Every so many queries one is timed alone. */
const TIMED_EVERY = 10;

/** The whole pipeline: register all references, check every query alone, probability as the score. */
async function runFull(
  suite: Suite,
  folder: string,
  modelFolder: string,
  cache: string | undefined,
  add: (method: string, predictions: readonly Prediction[]) => void,
): Promise<{ p50: number; p99: number }> {
  const model = await openModel(modelFolder);
  const registry = await registerSuite(suite, folder, model, progress('registered'), cache);
  const predictions: Prediction[] = [];
  const times: number[] = [];
  const report = progress('checked');
  let done = 0;
  const ask = async ({ id, file }: Suite['queries'][number]) => {
    const start = performance.now();
    const decoded = await decodeFile(folder, file);
    const print = await fingerprintImage(decoded, model.embedder);
    const matches = await matchPrint(
      { decoded, print, exactWorkIds: [] },
      { ...registry, ...model },
      { limit: 16 },
    );
    for (const { workId, probability } of matches) {
      predictions.push({ query: id, reference: referenceOf(workId), score: probability });
    }
    report(++done, suite.queries.length);
    return performance.now() - start;
  };
  // Some one after the other, for the latency; the rest two at a time, for the bench's own sake.
  const isTimed = (_: unknown, i: number) => i % TIMED_EVERY === 0;
  for (const query of suite.queries.filter(isTimed)) times.push(await ask(query));
  const others = suite.queries.filter((query, i) => !isTimed(query, i));
  await inOrder(others, async (query) => void (await ask(query)));
  add('full matcher', predictions);
  await model.close();
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    Math.round(times[Math.min(times.length - 1, Math.floor(share * times.length))]!);
  return { p50: at(0.5), p99: at(0.99) };
}

function progress(what: string): (done: number, of: number) => void {
  return (done, of) => {
    if (done % 200 === 0 || done === of) process.stderr.write(`${what} ${done} of ${of}\n`);
  };
}

function recallByEdit(suite: Suite, predictions: readonly Prediction[]): Record<string, number> {
  const best = bestAnswers(predictions);
  const counts = new Map<string, { right: number; all: number }>();
  for (const { id, reference, edits } of suite.queries) {
    if (reference === null) continue;
    for (const edit of new Set(edits)) {
      const count = counts.get(edit) ?? { right: 0, all: 0 };
      count.all++;
      if (best.get(id)?.reference === reference) count.right++;
      counts.set(edit, count);
    }
  }
  return Object.fromEntries([...counts].sort().map(([edit, { right, all }]) => [edit, right / all]));
}

function printTable(rows: readonly Row[]): void {
  const head = ['method', 'µAP', 'R@P.90', 'R@P.99', 'R@0 false', 'R@1'];
  const lines = rows.map(({ method, figures: f }) => [
    method,
    ...[f.microAp, f.recallAtPrecision90, f.recallAtPrecision99, f.recallAtZeroFalseAlarms, f.recallAt1].map(
      (x) => x.toFixed(3),
    ),
  ]);
  for (const line of [head, ...lines]) {
    process.stdout.write(
      `${line[0]!.padEnd(26)}${line
        .slice(1)
        .map((cell) => cell.padStart(10))
        .join('')}\n`,
    );
  }
  const edits = Object.keys(rows.at(-1)?.recallByEdit ?? {});
  process.stdout.write(`\nrecall@1 by edit\n`);
  for (const edit of edits) {
    process.stdout.write(
      `${edit.padEnd(26)}${rows.map((row) => row.recallByEdit[edit]!.toFixed(2).padStart(10)).join('')}\n`,
    );
  }
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
