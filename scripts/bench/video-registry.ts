/**
 * What a check costs against a large registry of videos: `node scripts/bench/video-registry.ts [--hours 100]
 * [--minutes 10] [--clip FILE --other FILE] [--keep FOLDER] [--media FOLDER] [--json FILE]`.
 *
 * The registered films are made up of the vectors of real clips (`--media`; registry-films.ts says how), an hour each and
 * a stretch a second; index, votes and alignment are those that ship. `--keep` holds the index between runs, and a run
 * with more hours goes on from there. The query is another film with one minute of a registered one, edited; its frames
 * and parts are asked for as a check asks. With `--clip` also what fingerprinting such a query costs, by decoding that
 * file and scaling its time to the length of the query. With `--other` besides what reading frames for the refinement of
 * ends costs: the query is then read from the one file and every work from the other, so that nothing fits and reading
 * ends as in a check that finds nothing.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Vector } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import { type Model, openModel } from '../../server/inference/open-model.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/index.ts';
import { createThumbnails, decodeVideo, planSampling } from '../../server/pipeline/decode/video/index.ts';
import { fingerprintVideo } from '../../server/pipeline/fingerprint/video/index.ts';
import {
  COMPARED_SIDE,
  type FrameReader,
  matchVideo,
  type SampledFrames,
  type Track,
} from '../../server/pipeline/match/video/index.ts';
import { openVectorIndex, type VectorIndex } from '../../server/search/index.ts';
import { defaultModel } from './default-model.ts';
import { type FilmMaker, makeFilms, type RealClip } from './registry-films.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    clip: { type: 'string' },
    other: { type: 'string' },
    keep: { type: 'string', default: join(tmpdir(), 'colophon-bench-registry') },
    media: { type: 'string', default: '../shared/media/video' },
    json: { type: 'string' },
  },
});
Log.setLevel(AV_LOG_ERROR);
const HOURS = Number(values.hours);
const QUERY_S = Number(values.minutes) * 60;
const HOUR_S = 3600;
const QUERY_FILM = 999_999;
/** Hours after which the index is kept: a run may be broken off. */
const SAVE_EVERY = 50;
/** The copied minute: where it stands in the query, and in the work in the middle of the registry. */
const COPIED = { work: Math.floor(HOURS / 2), workS: 1200, queryS: 120, seconds: 60 };

mkdirSync(values.keep, { recursive: true });
const model = await openModel(await defaultModel());
const films = makeFilms(await realClips(model));
const start = await openRegistry(films);
const { index } = start;
const spent = { searchS: 0, searchCpuS: 0, loadCpuS: 0, readCpuS: 0, windows: 0 };
const search = {
  async query(asked: readonly Vector[], count: number) {
    const from = performance.now();
    const { result: hits, cpuS } = await cpuSeconds(() => index.query(asked, count));
    spent.searchS += (performance.now() - from) / 1000;
    spent.searchCpuS += cpuS;
    return hits.map((list) =>
      list.map(({ workId, segment, similarity }) => ({ workId, span: segment, similarity })),
    );
  },
};

const query = makeQuery(films);
const { clip, other } = values;
const vectors = await run(null, []);
const readers =
  clip && other ? { query: loopedReader(clip), works: [0, 1].map(() => loopedReader(other)) } : null;
const sampled = clip ? await sampleQuery(clip) : null;
const withFrames = readers && (await run(readers.query, readers.works));
for (const reader of readers ? [readers.query, ...readers.works] : []) reader.close();
const row = {
  hours: HOURS,
  vectors: index.size,
  ...start.facts,
  queryVectors: query.track.spans.length + query.parts.length,
  ...vectors,
  withFrames,
  memoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
  fingerprint: clip ? await fingerprintCost(clip) : null,
};
console.log(row);
if (values.json) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);
await model.close();

/** Matches the query; seconds of processor time by stage. The time to make films up again counts as none. */
async function run(frames: FrameReader | null, workFrames: readonly FrameReader[]) {
  Object.assign(spent, { searchS: 0, searchCpuS: 0, loadCpuS: 0, readCpuS: 0, windows: 0 });
  const from = performance.now();
  let opened = 0;
  const total = await cpuSeconds(async () => {
    const matches = await matchVideo(
      { ...query, frames, sampled: frames && sampled },
      {
        search,
        works: { loadTracks, openFrames: async () => workFrames[opened++ % workFrames.length] ?? null },
      },
    );
    return matches.find(({ workId }) => workId === `work_${COPIED.work}`)?.segments[0];
  });
  const { result } = total;
  return {
    wallS: (performance.now() - from) / 1000,
    searchCpuS: spent.searchCpuS,
    searchS: spent.searchS,
    /** With the reading of frames, which is done in processes of their own, beside it. */
    alignCpuS: total.cpuS - spent.searchCpuS - spent.loadCpuS,
    windows: spent.windows,
    readCpuS: spent.readCpuS,
    found: result ? [result.query.startMs, result.query.endMs, result.work.startMs, result.work.endMs] : null,
  };
}

async function cpuSeconds<T>(task: () => Promise<T> | T): Promise<{ result: T; cpuS: number }> {
  const before = process.cpuUsage();
  const result = await task();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuS: (user + system) / 1e6 };
}

async function loadTracks(ids: readonly WorkId[]): Promise<Map<WorkId, Track>> {
  const { result, cpuS } = await cpuSeconds(
    () => new Map(ids.map((id) => [id, films.film(Number(id.slice('work_'.length)), HOUR_S)])),
  );
  spent.loadCpuS += cpuS;
  return result;
}

/** Reads any time of any film from one clip. */
function loopedReader(path: string): FrameReader & { close(): void } {
  let clipMs = 0;
  const decoder = createNodeAvVideoDecoder({ onTaskCpuMs: (ms) => (spent.readCpuS += ms / 1000) });
  const reader = decoder.openClips();
  return {
    close: () => reader.close(),
    async readClips(ranges) {
      clipMs ||= (await decoder.probe({ path })).durationMs;
      spent.windows += ranges.length;
      const looped = ranges.map((range) => {
        const lengthMs = Math.min(clipMs, range.endMs - range.startMs);
        const startMs = range.startMs % Math.max(1, clipMs - lengthMs);
        return { ...range, startMs, endMs: startMs + lengthMs };
      });
      return await reader.readClips({ path }, looped);
    },
  };
}

/** Small pictures of the query's frames, as a check keeps them while it samples; the clip stands for any time. */
async function sampleQuery(path: string): Promise<SampledFrames> {
  const decoder = createNodeAvVideoDecoder();
  const thumbnails = createThumbnails(COMPARED_SIDE);
  const times: number[] = [];
  for await (const { timeMs, mark } of thumbnails.keep(
    decodeVideo({ path }, decoder, planSampling(QUERY_S * 1000, 'check')),
  ))
    if (mark === 'new') times.push(Math.round(timeMs));
  return { at: (timeMs) => thumbnails.at(times[Math.floor(timeMs / 1000) % times.length]!) };
}

/** Opens the kept index and adds what is missing. */
async function openRegistry(maker: FilmMaker): Promise<{ index: VectorIndex; facts: object }> {
  const path = join(values.keep, 'films.usearch');
  const from = performance.now();
  const opened = await openVectorIndex({ path, modelDigest: model.digest });
  const openS = (performance.now() - from) / 1000;
  if (opened.highWaterMark > HOURS) throw new Error(`${path} holds ${opened.highWaterMark} hours: remove it`);
  const isKept = opened.highWaterMark === HOURS;
  let insertedCpuS = 0;
  const sizeBefore = opened.size;
  for (let work = opened.highWaterMark; work < HOURS; work++) {
    const { spans } = maker.film(work, HOUR_S);
    const entry = {
      position: work + 1,
      workId: `work_${work}` as WorkId,
      vectors: spans.map((s) => s.vector),
    };
    insertedCpuS += (await cpuSeconds(() => opened.addInTurns(entry))).cpuS;
    if ((work + 1) % SAVE_EVERY === 0 || work + 1 === HOURS) {
      await opened.save(path);
      console.error(`${work + 1} hours`);
    }
  }
  const added = opened.size - sizeBefore;
  return {
    index: opened,
    facts: {
      openS: isKept ? openS : null,
      insertCpuMs: added > 0 ? (1000 * insertedCpuS) / added : null,
      snapshotMb: Math.round(statSync(path).size / 2 ** 20),
    },
  };
}

/** The vectors of the shared clips at one a second; kept, since making them takes a minute. */
async function realClips({ embedder }: Model): Promise<RealClip[]> {
  const path = join(values.keep, 'clips.json');
  if (!existsSync(path)) {
    const decoder = createNodeAvVideoDecoder();
    const clips: number[][][] = [];
    for (const name of readdirSync(values.media).filter((file) => /\.(mp4|webm)$/.test(file))) {
      const source = { path: join(values.media, name) };
      const { durationMs } = await decoder.probe(source);
      const frames = decodeVideo(source, decoder, planSampling(HOUR_S * 1000));
      const { print } = await fingerprintVideo(frames, durationMs, embedder);
      clips.push(print.spans.map(({ vector }) => [...vector]));
    }
    writeFileSync(path, JSON.stringify(clips.filter((clip) => clip.length > 0)));
  }
  const kept = JSON.parse(readFileSync(path, 'utf8')) as number[][][];
  return kept.map((clip) => clip.map((vector) => Int8Array.from(vector)));
}

function makeQuery(maker: FilmMaker) {
  const { durationMs, spans } = maker.film(QUERY_FILM, QUERY_S);
  const source = maker.film(COPIED.work, HOUR_S);
  const copied = maker.edited(source, COPIED.workS, COPIED.seconds);
  const track = {
    durationMs,
    spans: spans.map((span, s) => ({ ...span, vector: copied[s - COPIED.queryS] ?? span.vector })),
  };
  return { track, parts: maker.parts(track) };
}

/** Seconds of processor time for a query of that length, by stage. */
async function fingerprintCost(path: string) {
  let decodeMs = 0;
  const decoder = createNodeAvVideoDecoder({
    onTimes: (times) => (decodeMs = times.decodeMs + times.scaleMs),
  });
  const { durationMs } = await decoder.probe({ path });
  const plan = planSampling(QUERY_S * 1000, 'check');
  const once = () =>
    fingerprintVideo(decodeVideo({ path }, decoder, plan), durationMs, model.embedder, { parts: true });
  await once();
  const main = process.threadCpuUsage();
  const { cpuS } = await cpuSeconds(once);
  const { user, system } = process.threadCpuUsage(main);
  const scale = (QUERY_S * 1000) / durationMs;
  return {
    decodeCpuS: (scale * decodeMs) / 1000,
    sampleCpuS: (scale * (user + system)) / 1e6,
    embedCpuS: scale * (cpuS - (user + system) / 1e6),
  };
}
