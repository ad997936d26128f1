/**
 * What a check costs against a large registry of videos: `node scripts/bench/video-registry.ts [--hours 100]
 * [--minutes 10] [--clip FILE] [--json FILE]`.
 *
 * The registered prints are synthetic (shots of 2 to 8 s around a few hundred kinds of look, one vector a second), the
 * index, the votes and the alignment are those that ship. No frames are opened: the synthetic works have none; what
 * reading them for the refinement of ends costs is measured by `bench:video`. With `--clip` also what fingerprinting a
 * query costs, by decoding that file as a check of `--minutes` would and scaling its time to that length.
 */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type { Vector } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import { openModel } from '../../server/inference/open-model.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/index.ts';
import { decodeVideo, planSampling } from '../../server/pipeline/decode/video/index.ts';
import { fingerprintVideo } from '../../server/pipeline/fingerprint/video/index.ts';
import { matchVideo, type Track, type TrackPart } from '../../server/pipeline/match/video/index.ts';
import { openVectorIndex } from '../../server/search/index.ts';
import { defaultModel } from './default-model.ts';
import { makeRandom, type Random } from './text-random.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    clip: { type: 'string' },
    json: { type: 'string' },
  },
});
const HOURS = Number(values.hours);
const QUERY_S = Number(values.minutes) * 60;
const HOUR_S = 3600;
const DIMENSIONS = 256;
const KINDS = 300;
const PARTS = 7;
/** The copied minute: where it stands in the query, and in the work in the middle of the registry. */
const COPIED = { work: Math.floor(HOURS / 2), workS: 1200, queryS: 120, seconds: 60 };

const random = makeRandom(5);
const kinds = Array.from({ length: KINDS }, () => gaussians(random));

const index = await openVectorIndex({ modelDigest: `0x${'b5'.repeat(32)}` });
const started = performance.now();
let inserted = 0;
for (let work = 0; work < HOURS; work++) {
  const { spans } = filmOf(work, HOUR_S);
  const at = performance.now();
  index.add({ position: work + 1, workId: `work_${work}`, vectors: spans.map(({ vector }) => vector) });
  inserted += performance.now() - at;
  if (work % 20 === 19)
    console.log(`${work + 1} hours after ${Math.round((performance.now() - started) / 1000)} s`);
}
console.log(`${index.size} vectors, ${(inserted / index.size).toFixed(2)} ms an insert, ${memoryMb()} MB`);

const { track, parts } = makeQuery();
const search = {
  spentMs: 0,
  cpuMs: 0,
  query(vectors: readonly Vector[], count: number) {
    const [at, cpuAt] = [performance.now(), process.cpuUsage()];
    const hits = index.query(vectors, count);
    this.spentMs += performance.now() - at;
    const used = process.cpuUsage(cpuAt);
    this.cpuMs += (used.user + used.system) / 1000;
    return hits.map((list) =>
      list.map(({ workId, segment, similarity }) => ({ workId, span: segment, similarity })),
    );
  },
};
// Making a film up again is no part of a check; a service reads it from the database.
let loadedMs = 0;
let loadedCpuMs = 0;
const works = {
  async loadTracks(ids: readonly WorkId[]) {
    const [at, cpuAt] = [performance.now(), process.cpuUsage()];
    const tracks = new Map(ids.map((id) => [id, filmOf(Number(id.slice('work_'.length)), HOUR_S)]));
    loadedMs = performance.now() - at;
    const used = process.cpuUsage(cpuAt);
    loadedCpuMs = (used.user + used.system) / 1000;
    return tracks;
  },
  openFrames: async () => null,
};
const before = process.cpuUsage();
const from = performance.now();
const matches = await matchVideo({ track, parts, frames: null }, { search, works });
const wallMs = performance.now() - from;
const { user, system } = process.cpuUsage(before);
const found = matches.find(({ workId }) => workId === `work_${COPIED.work}`)?.segments[0];
const row = {
  hours: HOURS,
  vectors: index.size,
  insertMs: inserted / index.size,
  queryVectors: track.spans.length + parts.length,
  searchS: search.spentMs / 1000,
  searchCpuS: search.cpuMs / 1000,
  matchS: (wallMs - loadedMs) / 1000,
  matchCpuS: (user + system) / 1e6 - loadedCpuMs / 1000,
  found: found ? [found.query.startMs, found.query.endMs, found.work.startMs, found.work.endMs] : null,
  peakMb: memoryMb(),
  fingerprintCpuS: values.clip === undefined ? null : await fingerprintCost(values.clip),
};
console.log(row);
if (values.json) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);

/** Seconds of processor time for a query of that length, all threads and the decoding process. */
async function fingerprintCost(path: string): Promise<number> {
  const model = await openModel(await defaultModel());
  let decodingMs = 0;
  const decoder = createNodeAvVideoDecoder({
    onTimes: (times) => (decodingMs = times.decodeMs + times.scaleMs),
  });
  const { durationMs } = await decoder.probe({ path });
  const run = () =>
    fingerprintVideo(
      decodeVideo({ path }, decoder, planSampling(QUERY_S * 1000)),
      durationMs,
      model.embedder,
      { parts: true },
    );
  await run();
  const start = process.cpuUsage();
  await run();
  const used = process.cpuUsage(start);
  await model.close();
  return (((used.user + used.system) / 1000 + decodingMs) * QUERY_S) / durationMs;
}

/** The same number, the same film. */
function filmOf(seed: number, seconds: number): Track {
  const own = makeRandom(1000 + seed);
  const spans = [];
  let look: number[] = [];
  let until = 0;
  for (let s = 0; s < seconds; s++) {
    if (s >= until) {
      const kind = own.pick(kinds);
      look = gaussians(own).map((value, d) => 0.6 * kind[d]! + 0.8 * value);
      until = s + 2 + own.below(7);
    }
    spans.push({ startMs: 1000 * s, endMs: 1000 * (s + 1), vector: vectorNear(look, 0.35, own) });
  }
  return { durationMs: 1000 * seconds, spans };
}

function makeQuery(): { track: Track; parts: TrackPart[] } {
  const film = filmOf(999_999, QUERY_S);
  const source = filmOf(COPIED.work, HOUR_S);
  const spans = film.spans.map((span, s) => {
    const within = s - COPIED.queryS;
    if (within < 0 || within >= COPIED.seconds) return span;
    const { vector } = source.spans[COPIED.workS + within]!;
    return {
      ...span,
      vector: vectorNear(
        [...vector].map((value) => value / 32),
        0.4,
        random,
      ),
    };
  });
  const parts = spans.flatMap((_, span) =>
    Array.from({ length: PARTS }, () => {
      const kind = random.pick(kinds);
      return {
        span,
        vector: vectorNear(
          gaussians(random).map((v, d) => 0.6 * kind[d]! + 0.8 * v),
          0.2,
          random,
        ),
      };
    }),
  );
  return { track: { durationMs: film.durationMs, spans }, parts };
}

function gaussians(source: Random): number[] {
  return Array.from(
    { length: DIMENSIONS },
    () => (source.next() + source.next() + source.next() + source.next() - 2) * 1.7,
  );
}

function vectorNear(look: readonly number[], noise: number, source: Random): Vector {
  const near = look.map(
    (value, d) => value + noise * (d % 4 === 0 ? 2 : 1) * (source.next() + source.next() - 1) * 2.4,
  );
  const length = Math.hypot(...near);
  return Int8Array.from(near, (value) => Math.max(-127, Math.min(127, Math.round((value * 512) / length))));
}

function memoryMb(): number {
  return Math.round(process.memoryUsage().rss / 2 ** 20);
}
