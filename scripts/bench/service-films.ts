/**
 * What a check of a film takes in a whole service with many registered hours: `node scripts/bench/service-films.ts --query FILM
 * --file FILM --keep FOLDER [--work FILM …] [--data FOLDER] [--rounds 3] [--json FILE]`.
 *
 * The registry holds the made-up films that `video-registry.ts --keep FOLDER` left there, an hour each, with `--file` (an hour
 * as well, of something else) behind every one of them, and the films `--work`, registered through the API. Then `--query` is checked through the API of the
 * service in a process of its own: seconds from the answer to the upload until there is a verdict. Filling takes minutes:
 * `--data` keeps the filled registry there for a next run.
 */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { ApiClient } from '../../server/cli/api-client.ts';
import { openOwnerKey } from '../../server/cli/owner-key.ts';
import { registerFiles } from '../../server/cli/register.ts';
import type { Check } from '../../server/domain/check.ts';
import { readModelFolder } from '../../server/inference/model-card.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/index.ts';
import { computeModelDigest } from '../../server/pipeline/fingerprint/index.ts';
import { freePort, startService } from '../demo/service-process.ts';
import { defaultModel } from './default-model.ts';
import { fillFilms } from './fill-films.ts';

const { values } = parseArgs({
  options: {
    query: { type: 'string' },
    file: { type: 'string' },
    keep: { type: 'string' },
    work: { type: 'string', multiple: true, default: [] },
    data: { type: 'string' },
    rounds: { type: 'string', default: '3' },
    json: { type: 'string' },
  },
});
const { query, file, keep } = values;
if (!query || !file || !keep) throw new RangeError('--query, --file and --keep are needed');
const HOUR_MS = 3_600_000;
/** Each question takes some of the service's time. */
const POLL_MS = 200;
/** Between checks: until processes for decoding are ready again. */
const REST_MS = 10_000;

interface Filled {
  readonly apiKey: string | null;
  readonly hours: number;
  readonly works: readonly string[];
}

const folder = values.data ?? mkdtempSync(join(tmpdir(), 'colophon-bench-'));
mkdirSync(folder, { recursive: true });
const dataFolder = join(folder, 'data');
const notes = join(folder, 'filled.json');
const env = { COLOPHON_RATE_LIMIT: '0' };
try {
  const before = existsSync(notes) ? (JSON.parse(readFileSync(notes, 'utf8')) as Filled) : null;
  const { apiKey, hours } = before ?? (await fill(file, keep));
  const service = await startService(dataFolder, await freePort(), env);
  try {
    const client = new ApiClient({ url: service.url, apiKey, folder });
    const works = before?.works ?? (await register(client));
    writeFileSync(notes, JSON.stringify({ apiKey, hours, works } satisfies Filled));
    const rounds = [];
    for (let round = 0; round < Number(values.rounds); round++) {
      await new Promise((resume) => setTimeout(resume, REST_MS));
      rounds.push(await check(client, query));
    }
    const row = {
      hours,
      works,
      readyAfterS: service.readyAfterMs / 1000,
      rounds,
      memoryMb: await residentMb(service.url),
    };
    console.log(JSON.stringify(row, null, 2));
    if (values.json) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);
  } finally {
    await service.stop();
  }
} finally {
  if (!values.data) rmSync(folder, { recursive: true, force: true });
}

/** Starts the service once, and puts the made-up films in while it is stopped. */
async function fill(film: string, index: string): Promise<Omit<Filled, 'works'>> {
  const { durationMs } = await createNodeAvVideoDecoder().probe({ path: film });
  if (durationMs < HOUR_MS) throw new RangeError(`${film} lasts less than an hour`);
  const first = await startService(dataFolder, await freePort(), env);
  await first.stop();
  const { card } = await readModelFolder(await defaultModel());
  const modelDigest = computeModelDigest(card.files);
  const hours = await fillFilms({ dataFolder, keep: index, file: film, modelDigest });
  console.error(`${hours} hours`);
  return { apiKey: first.apiKey, hours };
}

async function register(client: ApiClient): Promise<string[]> {
  const options = { lane: 'record', title: null, anchorWaitS: 0 } as const;
  const registered = await registerFiles(client, openOwnerKey(folder, undefined), values.work, options);
  return registered.map(({ workId }) => String(workId));
}

/** Sends a film and waits for the verdict. The processes share two cores with this one, which only waits. */
async function check(client: ApiClient, path: string) {
  const startedAt = performance.now();
  const sent = await client.postForm<{ check: Check }>('/v1/checks', {}, path);
  const sentAt = performance.now();
  for (;;) {
    const { state, verdict } = await client.get<Check>(`/v1/checks/${sent.check.id}`);
    if (state !== 'received') {
      return {
        uploadS: (sentAt - startedAt) / 1000,
        verdictS: (performance.now() - sentAt) / 1000,
        outcome: verdict?.outcome,
        segments: verdict?.matches.map(({ workId, segments }) => [workId, segments.length]),
      };
    }
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
}

/** Of the service's main process, by its own metrics. */
async function residentMb(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  return Math.round(Number(/^process_resident_memory_bytes (\S+)/m.exec(text)?.[1]) / 2 ** 20);
}
