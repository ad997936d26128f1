/**
 * `npm run bench:video [-- --data DIR] [--json FILE]`: finds copied stretches by the shipped path and scores them by
 * the protocol of VCSL, with boundary errors, beside frame hashing and DTW on the same pairs. Without `--data` it
 * generates edits of the shared clips (the half of the scenes that nothing was fitted on) and keeps them in the
 * temporary folder. Format of a data folder: docs/bench-format.md.
 */
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Policy } from '../../server/domain/match.ts';
import { openModel } from '../../server/inference/open-model.ts';
import { decideVideo, VIDEO_CALIBRATION } from '../../server/pipeline/decide/video/index.ts';
import type { VideoPrint } from '../../server/pipeline/fingerprint/video/index.ts';
import type { VideoWorkMatch } from '../../server/pipeline/match/video/index.ts';
import { defaultModel } from './default-model.ts';
import type { FrameHash } from './video-baselines.ts';
import { hashClip, matchByDtw, matchByHash } from './video-baselines.ts';
import { loadClip } from './video-frames.ts';
import type { BenchQuery } from './video-manifest.ts';
import { readManifest } from './video-manifest.ts';
import type { Box, Pair } from './video-metrics.ts';
import { printReport, report } from './video-report.ts';
import { makeSuite } from './video-suite.ts';
import { createVideoSystem } from './video-system.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    json: { type: 'string' },
    model: { type: 'string' },
    /** Every Nth query only. */
    every: { type: 'string', default: '1' },
    /** Keeps what matching found, a line a query; a later run with the same file decides and scores anew. */
    claims: { type: 'string' },
    /** Samples as a video that lasts so many seconds is sampled. */
    'sampled-as': { type: 'string' },
    'no-baselines': { type: 'boolean', default: false },
  },
});
Log.setLevel(AV_LOG_ERROR);
const HASH_SIDE = 192;
const MEDIA = '../shared/media/video';
const POLICY: Policy = { version: 'bench', copyProbability: 0.9, reviewProbability: 0.5 };
const log = (line: string) => console.error(line);
const every = Number(values.every);
const hasManifest = values.data !== undefined && existsSync(join(values.data, 'manifest.json'));
const manifest = hasManifest
  ? readManifest(values.data!)
  : makeSuite(
      values.data ?? MEDIA,
      join(tmpdir(), 'colophon-bench-video'),
      'report',
      (id) => log(`made ${id}`),
      every,
    );
const queries = hasManifest ? manifest.queries.filter((_, i) => i % every === 0) : manifest.queries;
const folder = values.model ?? (await defaultModel());
log(`${manifest.suite}: ${manifest.references.length} references, ${queries.length} queries; ${folder}`);

const model = await openModel(folder);
const system = await createVideoSystem(manifest.references, model.embedder, values['sampled-as']);
const hashes = new Map<string, FrameHash[]>();
if (!values['no-baselines']) {
  for (const { id, file } of manifest.references) hashes.set(id, hashClip(loadClip(file, HASH_SIDE)));
}
const ours: Pair[] = [];
const byHash: Pair[] = [];
const byDtw: Pair[] = [];
const known = readClaims(values.claims);
const cpuSeconds = { fingerprint: 0, match: 0 };
for (const [i, query] of queries.entries()) {
  const kept = known.get(query.id);
  const found = kept ?? (await findClaims(query));
  if (!kept && values.claims) appendFileSync(values.claims, `${JSON.stringify(found)}\n`);
  cpuSeconds.fingerprint += found.fingerprintCpuS;
  cpuSeconds.match += found.matchCpuS;
  const verdict = decideVideo(found.claims, POLICY, VIDEO_CALIBRATION);
  const queryHashes = values['no-baselines'] ? [] : hashClip(loadClip(query.file, HASH_SIDE));
  for (const { id } of manifest.references) {
    const truth = query.segments.filter(({ reference }) => reference === id);
    const segments = verdict.matches.find(({ workId }) => (workId as string) === id)?.segments ?? [];
    const predicted: Box[] = segments.map((segment) => ({
      query: [segment.query.startMs / 1000, segment.query.endMs / 1000],
      source: [segment.work.startMs / 1000, segment.work.endMs / 1000],
    }));
    const pair = { queryId: query.id, reference: id, truth };
    ours.push({ ...pair, predicted });
    if (values['no-baselines']) continue;
    byHash.push({ ...pair, predicted: matchByHash(queryHashes, hashes.get(id)!) });
    byDtw.push({ ...pair, predicted: matchByDtw(found.print, system.prints.get(id)!) });
  }
  if ((i + 1) % 10 === 0) log(`${i + 1}/${queries.length}`);
}
await model.close();
system.close();
const frameRates = new Map(manifest.references.map(({ id, file }) => [id, loadClip(file, 32).fps]));
const systems = values['no-baselines'] ? { ours } : { ours, byHash, byDtw };
const result = {
  suite: manifest.suite,
  model: folder,
  cores: availableParallelism(),
  cpuSecondsPerQuery: {
    fingerprint: cpuSeconds.fingerprint / queries.length,
    match: cpuSeconds.match / queries.length,
  },
  ...report(queries, systems, frameRates),
};
printReport(result);
if (values.json) writeFileSync(values.json, `${JSON.stringify(result, null, 2)}\n`);

interface Found {
  readonly id: string;
  readonly claims: readonly VideoWorkMatch[];
  readonly print: VideoPrint;
  readonly fingerprintCpuS: number;
  readonly matchCpuS: number;
}

async function findClaims({ id, file }: BenchQuery): Promise<Found> {
  const started = system.cpuS();
  const query = await system.fingerprint(file);
  const printed = system.cpuS();
  const claims = await system.match(query, file);
  const matchCpuS = system.cpuS() - printed;
  return { id, claims, print: query.print, fingerprintCpuS: printed - started, matchCpuS };
}

function readClaims(file: string | undefined): Map<string, Found> {
  if (!file || !existsSync(file)) return new Map();
  const revive = (key: string, value: unknown) =>
    key === 'vector' ? Int8Array.from(Object.values(value as Record<string, number>)) : value;
  const lines = readFileSync(file, 'utf8').trim().split('\n').filter(Boolean);
  return new Map(lines.map((line) => JSON.parse(line, revive) as Found).map((found) => [found.id, found]));
}
