/**
 * `npm run bench [-- --works N --media DIR --cache DIR --json FILE]`: what the product costs, on this machine.
 *
 * 1. embedding, INT8 against FP32 (scripts/bench/embedding.ts);
 * 2. works registered a second through the API, each in a transaction of its own and in batches;
 * 3. latency of a check (upload to verdict, p50 and p99), both with N works registered, 10,000 unless told;
 * 4. gas (scripts/contracts/gas.ts).
 *
 * `--only service` leaves 1 out. Most of the N works are written through the stores with real fingerprints (scripts/bench/fill-registry.ts); those of
 * step 2 come through the API, into the full registry. `--cache DIR` keeps the fingerprints for the next run. Pictures come
 * from `--media` (any folder of images; default ../shared/media/train), what is missing is drawn. The service is a real
 * one in a process of its own with a data folder that is thrown away.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from '../server/cli/api-client.ts';
import { findFiles } from '../server/cli/find-files.ts';
import { table } from '../server/cli/output.ts';
import { type OwnerKey, openOwnerKey } from '../server/cli/owner-key.ts';
import { registerFiles } from '../server/cli/register.ts';
import type { Lane } from '../server/domain/work.ts';
import { defaultModel } from './bench/default-model.ts';
import { fillRegistry } from './bench/fill-registry.ts';
import { drawPicture } from './demo/sample-pictures.ts';
import { freePort, startService } from './demo/service-process.ts';

const ROOT = resolve(import.meta.dirname, '..');
const LANE_SAMPLE = 100;
const CHECKS = 200;
const WARM_UP = 20;

const { values } = parseArgs({
  options: {
    works: { type: 'string', default: '10000' },
    media: { type: 'string' },
    cache: { type: 'string' },
    only: { type: 'string' },
    json: { type: 'string' },
  },
});
const works = Number(values.works);
if (!Number.isInteger(works) || works < 1)
  throw new RangeError(`--works takes a whole number, not ${values.works}`);

/** Runs one of our programs with `--json FILE` and gives what it wrote; its table goes to the terminal. */
function runBench(script: string, folder: string, ...args: string[]): unknown {
  const file = join(folder, 'part.json');
  rmSync(file, { force: true });
  const result = spawnSync(process.execPath, [resolve(ROOT, script), ...args, '--json', file], {
    cwd: ROOT,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (result.status !== 0) throw new Error(`${script} ended with ${result.status}`);
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** Paths of `count` pictures: from the folder as far as they go, the rest drawn. */
async function pictures(count: number, folder: string): Promise<string[]> {
  const media = values.media ?? resolve(ROOT, '../shared/media/train');
  const files = existsSync(media) ? (await findFiles([media])).files.slice(0, count) : [];
  const drawn = join(folder, 'drawn');
  mkdirSync(drawn);
  for (let seed = 0; files.length < count; seed++) {
    const file = join(drawn, `${seed}.jpg`);
    writeFileSync(file, await drawPicture(20_000 + seed));
    files.push(file);
  }
  return files;
}

/** Registers files and waits until all are on the chain; gives seconds until recorded and until anchored. */
async function timeRegistration(client: ApiClient, owner: OwnerKey, files: readonly string[], lane: Lane) {
  const startedAt = performance.now();
  const results = await registerFiles(client, owner, files, { lane, title: null, anchorWaitS: 0 });
  const recordedS = (performance.now() - startedAt) / 1000;
  const recorded = results.filter((result) => result.outcome === 'registered');
  for (const { workId } of recorded) {
    for (;;) {
      const { state } = await client.get<{ state: string }>(`/v1/works/${workId}`);
      if (state === 'anchored') break;
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }
  const anchoredS = (performance.now() - startedAt) / 1000;
  return {
    works: recorded.length,
    recordedPerS: recorded.length / recordedS,
    anchoredPerS: recorded.length / anchoredS,
  };
}

/** Starts a service once for its key and its folders, fills the registry, and starts it again. */
async function startFilled(dataFolder: string, bulk: readonly string[]) {
  const env = { COLOPHON_RATE_LIMIT: '0' };
  const first = await startService(dataFolder, await freePort(), env);
  await first.stop();
  const modelFolder = await defaultModel();
  const filled = await fillRegistry({ dataFolder, files: bulk, modelFolder, cache: values.cache ?? null });
  const service = await startService(dataFolder, await freePort(), env);
  return { service, apiKey: first.apiKey, filled };
}

/** Value below which `share` of the sorted values lie (nearest rank). */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'colophon-bench-'));
try {
  if (values.only !== 'service') console.log('Embedding, INT8 against FP32');
  const embedding = values.only === 'service' ? null : runBench('scripts/bench/embedding.ts', folder);

  const files = await pictures(Math.max(works, 2 * LANE_SAMPLE) + CHECKS, folder);
  const inBulk = Math.max(0, works - 2 * LANE_SAMPLE);
  const bulk = files.slice(2 * LANE_SAMPLE + CHECKS, 2 * LANE_SAMPLE + CHECKS + inBulk);
  const { service, apiKey, filled } = await startFilled(join(folder, 'data'), bulk);
  try {
    const client = new ApiClient({ url: service.url, apiKey, folder });
    const owner = openOwnerKey(folder, undefined);
    const one = await timeRegistration(client, owner, files.slice(0, LANE_SAMPLE), 'record');
    const batch = await timeRegistration(client, owner, files.slice(LANE_SAMPLE, 2 * LANE_SAMPLE), 'batch');

    const latencies: number[] = [];
    for (const [index, file] of files.slice(2 * LANE_SAMPLE, 2 * LANE_SAMPLE + CHECKS).entries()) {
      const startedAt = performance.now();
      await client.postForm('/v1/checks', {}, file, { waitS: 60 });
      if (index >= WARM_UP) latencies.push(performance.now() - startedAt);
    }
    latencies.sort((a, b) => a - b);
    const registered = filled + one.works + batch.works;
    const check = {
      registered,
      checks: latencies.length,
      p50Ms: percentile(latencies, 0.5),
      p99Ms: percentile(latencies, 0.99),
    };

    console.log(
      `\nService, ${filled} works in the registry before (written through the stores, fingerprints real)`,
    );
    console.log(
      table([
        ['', 'works', 'recorded/s', 'on the chain/s'],
        ...(
          [
            ['one by one', one],
            ['in batches', batch],
          ] as const
        ).map(([name, figures]) => [
          name,
          String(figures.works),
          figures.recordedPerS.toFixed(1),
          figures.anchoredPerS.toFixed(1),
        ]),
      ]),
    );
    console.log(
      `\ncheck with ${registered} works registered: p50 ${check.p50Ms.toFixed(0)} ms, p99 ${check.p99Ms.toFixed(0)} ms (${check.checks} checks, one after another)\n`,
    );

    console.log('Gas');
    // The exporter compiles; in a fresh clone there is nothing to measure before.
    spawnSync(process.execPath, [resolve(ROOT, 'scripts/contracts/export.ts'), '--check'], { cwd: ROOT });
    const gas = spawnSync(process.execPath, [resolve(ROOT, 'scripts/contracts/gas.ts'), '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    console.log(gas.stdout);
    if (gas.status !== 0) throw new Error(`gas.ts failed or differs from the snapshot: ${gas.stderr}`);
    const report = {
      embedding,
      filled,
      registration: { oneByOne: one, inBatches: batch },
      check,
      gas: JSON.parse(readFileSync(resolve(ROOT, 'snapshots/gas.json'), 'utf8')) as unknown,
    };
    if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(report, null, 2)}\n`);
  } finally {
    await service.stop();
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
