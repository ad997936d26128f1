/**
 * Speed of the network, INT8 against FP32: `npm run bench:embedding -- --data DIR --json FILE`.
 *
 * One process, runs of both graphs alternating, medians. Then: memory of each (a process of its own), pictures a
 * second end to end with the time of each step, bit-exactness over batch sizes and threads, and the golden vectors
 * under WebAssembly.
 */
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { WHOLE } from '../../server/domain/media.ts';
import { ColophonError, InputError } from '../../server/errors.ts';
import { openModel } from '../../server/inference/index.ts';
import { readModelFolder } from '../../server/inference/model-card.ts';
import { type OnnxSession, openOnnxSession } from '../../server/inference/onnx-session.ts';
import {
  EMBED_SIDE,
  fingerprintImage,
  fingerprintRegions,
  resample,
} from '../../server/pipeline/fingerprint/index.ts';
import { type GoldenInput, goldenPixels } from '../../test/integration/recognition/golden-pixels.ts';
import { readSuite } from '../calibrate/suite.ts';
import { defaultModel } from './default-model.ts';
import { decodeFile, inOrder } from './matching-registry.ts';

const PIXELS = 3 * EMBED_SIDE * EMBED_SIDE;

interface Timing {
  readonly batch: number;
  readonly threads: number;
  /** Milliseconds a picture, medians. */
  readonly int8: number;
  readonly fp32: number;
  readonly ratio: number;
}

function readOptions() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        data: { type: 'string', default: '../shared/media/dev' },
        model: { type: 'string' },
        json: { type: 'string' },
        rounds: { type: 'string', default: '40' },
        memory: { type: 'string' },
      },
    });
    if (!/^[1-9]\d*$/.test(values.rounds)) throw new InputError('invalid_request', '--rounds is a number');
    return values;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw new InputError('invalid_request', (cause as Error).message, { cause });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const folder = options.model ?? (await defaultModel());
  if (options.memory) return measureMemory(join(folder, `${options.memory}.onnx`));
  const suite = await readSuite(options.data);
  await readModelFolder(folder, { floats: true });
  const timings: Timing[] = [];
  for (const threads of [1, 2]) {
    for (const batch of [1, 8]) timings.push(await race(folder, batch, threads, Number(options.rounds)));
  }
  for (const { batch, threads, int8, fp32, ratio } of timings) {
    say(
      `batch ${batch}, ${threads} thread${threads > 1 ? 's' : ' '}`,
      `FP32 ${fp32.toFixed(2)} ms, INT8 ${int8.toFixed(2)} ms a picture: ${ratio.toFixed(2)}×`,
    );
  }
  const memory = Object.fromEntries(['int8', 'fp32'].map((graph) => [graph, memoryOf(folder, graph)]));
  say('memory', `INT8 ${memory['int8']} MiB, FP32 ${memory['fp32']} MiB resident after a run of 8`);
  const files = suite.references.slice(0, 100).map(({ file }) => file);
  const steps = await endToEnd(folder, options.data, files);
  say(
    'end to end',
    `${steps.picturesPerSecond.toFixed(1)} pictures/s (one vector), ${steps.printsPerSecond.toFixed(1)} prints/s (all segments)`,
  );
  say(
    'a picture',
    `decode ${steps.decodeMs.toFixed(2)} ms, resize ${steps.resizeMs.toFixed(2)} ms, embed ${steps.embedMs.toFixed(2)} ms`,
  );
  const exact = await bitExactness(folder);
  say(
    'bit-exact',
    `${exact.runs} runs over batch sizes 1–8 and 1–2 threads: ${exact.equal ? 'all equal' : 'DIFFERENT'}`,
  );
  const wasm = await underWebAssembly(folder);
  say(
    'WebAssembly',
    `${wasm.equal} of ${wasm.inputs} golden inputs equal bit for bit, ${wasm.ms.toFixed(0)} ms a picture`,
  );
  if (options.json) {
    const cpu = cpus()[0]?.model;
    await writeFile(
      options.json,
      `${JSON.stringify({ cpu, timings, memory, steps, exact, wasm }, null, 1)}\n`,
    );
  }
}

/** Runs of both graphs in turn, on the same pixels. */
async function race(folder: string, batch: number, threads: number, rounds: number): Promise<Timing> {
  const int8 = await openOnnxSession(join(folder, 'int8.onnx'), 'cpu', threads);
  const fp32 = await openOnnxSession(join(folder, 'fp32.onnx'), 'cpu', threads);
  const pixels = noise(batch);
  const times = { int8: [] as number[], fp32: [] as number[] };
  for (let round = -3; round < rounds; round++) {
    for (const [name, session] of [
      ['int8', int8],
      ['fp32', fp32],
    ] as const) {
      const start = performance.now();
      await session.run(pixels, batch);
      if (round >= 0) times[name].push((performance.now() - start) / batch);
    }
  }
  await int8.close();
  await fp32.close();
  const [a, b] = [median(times.int8), median(times.fp32)];
  return { batch, threads, int8: a, fp32: b, ratio: b / a };
}

function noise(count: number): Uint8Array {
  let state = 7;
  return Uint8Array.from({ length: count * PIXELS }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}

async function measureMemory(path: string): Promise<void> {
  const session = await openOnnxSession(path, 'cpu', 1);
  for (let i = 0; i < 3; i++) await session.run(noise(8), 8);
  process.stdout.write(String(Math.round(process.memoryUsage.rss() / 2 ** 20)));
}

function memoryOf(folder: string, graph: string): number {
  const args = [import.meta.filename, '--memory', graph, '--model', folder];
  return Number(
    execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }),
  );
}

/** Time of each step alone, then of the whole with decoding and the network side by side. */
async function endToEnd(folder: string, data: string, files: readonly string[]) {
  const model = await openModel(folder);
  const sums = { decodeMs: 0, resizeMs: 0, embedMs: 0 };
  for (const file of files) {
    const t0 = performance.now();
    const { raster } = await decodeFile(data, file);
    const t1 = performance.now();
    const pixels = resample(raster, WHOLE, EMBED_SIDE);
    const t2 = performance.now();
    await model.embedder.embed([pixels]);
    sums.decodeMs += t1 - t0;
    sums.resizeMs += t2 - t1;
    sums.embedMs += performance.now() - t2;
  }
  const rate = async (work: (file: string) => Promise<unknown>) => {
    const start = performance.now();
    await inOrder(files, async (file) => void (await work(file)));
    return (1000 * files.length) / (performance.now() - start);
  };
  const picturesPerSecond = await rate(async (file) =>
    fingerprintRegions((await decodeFile(data, file)).raster, [WHOLE], model.embedder),
  );
  const printsPerSecond = await rate(async (file) =>
    fingerprintImage(await decodeFile(data, file), model.embedder),
  );
  await model.close();
  const mean = (sum: number) => sum / files.length;
  return {
    decodeMs: mean(sums.decodeMs),
    resizeMs: mean(sums.resizeMs),
    embedMs: mean(sums.embedMs),
    picturesPerSecond,
    printsPerSecond,
  };
}

async function bitExactness(folder: string): Promise<{ runs: number; equal: boolean }> {
  const pixels = noise(8);
  const digests = new Set<string>();
  let runs = 0;
  for (const threads of [1, 2]) {
    const session = await openOnnxSession(join(folder, 'int8.onnx'), 'cpu', threads);
    for (const batch of [1, 2, 3, 5, 8]) {
      digests.add(await digestOf(session, pixels, batch));
      runs++;
    }
    await session.close();
  }
  return { runs, equal: digests.size === 1 };
}

/** One digest over the outputs of eight pictures that went through in batches of a size. */
async function digestOf(session: OnnxSession, pixels: Uint8Array, batch: number): Promise<string> {
  const hash = { features: createHash('sha256'), local: createHash('sha256') };
  for (let at = 0; at < 8; at += batch) {
    const count = Math.min(batch, 8 - at);
    const { features, local } = await session.run(pixels.slice(at * PIXELS, (at + count) * PIXELS), count);
    hash.features.update(features);
    hash.local.update(local);
  }
  return hash.features.digest('hex') + hash.local.digest('hex');
}

async function underWebAssembly(folder: string): Promise<{ inputs: number; equal: number; ms: number }> {
  const web = await import('onnxruntime-web');
  web.env.wasm.numThreads = 1;
  const session = await web.InferenceSession.create(await readFile(join(folder, 'int8.onnx')), {
    executionProviders: ['wasm'],
  });
  const golden: GoldenInput[] = JSON.parse(await readFile(join(folder, 'vectors.json'), 'utf8')).inputs;
  let equal = 0;
  const start = performance.now();
  for (const input of golden) {
    const pixels = new web.Tensor('uint8', goldenPixels(input, EMBED_SIDE), [1, 3, EMBED_SIDE, EMBED_SIDE]);
    const outputs = await session.run({ pixels });
    const digest = (name: string) =>
      createHash('sha256')
        .update(outputs[name]!.data as Uint8Array)
        .digest('hex');
    if (digest('features') === input.features_sha256 && digest('local') === input.local_sha256) equal++;
  }
  const ms = (performance.now() - start) / golden.length;
  await session.release();
  return { inputs: golden.length, equal, ms };
}

function say(what: string, text: string): void {
  process.stdout.write(`${what.padEnd(20)}${text}\n`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
