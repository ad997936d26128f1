/**
 * What matching a sound costs against a large registry: `node scripts/bench/audio-registry.ts [--hours 100] [--minutes 10]
 * [--keep FOLDER] [--media FOLDER] [--json FILE]`.
 *
 * The registered sounds are made up of the vectors of real ones (`--media`; registry-films.ts says how), an hour each and a
 * window every 512 ms; index, votes and lines are those that ship. `--keep` holds the index between runs, and a run with
 * more hours goes on from there. The query is another sound with one minute of a registered one, edited.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { Vector } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import {
  type AudioModel,
  audioCalibration,
  openAudioModel,
} from '../../server/inference/audio/open-audio-model.ts';
import { mostSoundProbability, soundProbability } from '../../server/pipeline/decide/audio/index.ts';
import { type AudioWorkMatch, matchAudio, type SoundTrack } from '../../server/pipeline/match/audio/index.ts';
import { openVectorIndex } from '../../server/search/index.ts';
import { fingerprintFile } from './audio-system.ts';
import { defaultAudioModel } from './default-model.ts';
import { makeFilms, type RealClip } from './registry-films.ts';

const { values } = parseArgs({
  options: {
    hours: { type: 'string', default: '100' },
    minutes: { type: 'string', default: '10' },
    keep: { type: 'string', default: join(tmpdir(), 'colophon-bench-audio-registry') },
    media: { type: 'string', default: '../shared/media/audio' },
    json: { type: 'string' },
  },
});
Log.setLevel(AV_LOG_ERROR);
const HOURS = Number(values.hours);
const STEP_MS = 512;
const FINE_MS = 128;
const WINDOWS_AN_HOUR = Math.floor(3_600_000 / STEP_MS);
const QUERY_WINDOWS = Math.floor((Number(values.minutes) * 60_000) / STEP_MS);
const QUERY_SOUND = 999_999;
/** Windows of a made-up passage: 4 to 20 s. */
const PASSAGE = { least: 8, most: 40 };
/** Passages made of one sound must not run alike: recordings of strangers do not. */
const STEPS = 13;
const SKETCH_BANDS = 8;
const SKETCH_MS = 32;
/** Hours after which the index is kept: a run may be broken off. */
const SAVE_EVERY = 50;
/** The copied minute, in windows: where it stands in the query, and in the work in the middle of the registry. */
const COPIED = { work: Math.floor(HOURS / 2), at: 2_344, queryAt: 234, count: 117 };

const COPIED_MS = (COPIED.queryAt + COPIED.count / 2) * STEP_MS;

mkdirSync(values.keep, { recursive: true });
const model = await openAudioModel(await defaultAudioModel());
const sounds = makeFilms(await realSounds(model), PASSAGE, STEPS);
const index = await openRegistry();
const spent = { searchCpuS: 0, loadCpuS: 0, loads: 0 };
const query = makeQuery();
const search = {
  async query(asked: readonly Vector[], count: number) {
    const { result, cpuS } = await cpuSeconds(() => index.query(asked, count));
    spent.searchCpuS += cpuS;
    return result.map((list) =>
      list.map(({ workId, segment, similarity }) => ({ workId, window: segment, similarity })),
    );
  },
};
const { thresholds } = model.card;
const calibration = audioCalibration(model.card);
const review = thresholds?.reviewProbability ?? 0.5;
const total = await cpuSeconds(() =>
  matchAudio(
    query,
    { search, works: { loadTracks } },
    { isWorthSetting: (evidence) => mostSoundProbability(evidence, calibration) >= review },
  ),
);
const copy = total.result
  .find(({ workId }) => workId === `work_${COPIED.work}`)
  ?.segments.find(({ query: { startMs, endMs } }) => startMs < COPIED_MS && COPIED_MS < endMs);
const isClaimed = ({ segments }: AudioWorkMatch) =>
  segments.some((segment) => soundProbability(segment, calibration) >= review);
const others = total.result.filter(({ workId }) => workId !== `work_${COPIED.work}`);
const row = {
  hours: HOURS,
  windows: index.size,
  queryWindows: query.fine.length,
  searchCpuS: spent.searchCpuS,
  alignCpuS: total.cpuS - spent.searchCpuS - spent.loadCpuS,
  loads: spent.loads,
  found: copy ? [copy.query.startMs, copy.query.endMs, copy.work.startMs, copy.work.endMs] : null,
  /** Works with lines that the windows agree on, and those that a check would name. */
  otherWorks: others.length,
  falseWorks: others.filter(isClaimed).length,
  memoryMb: Math.round(process.memoryUsage.rss() / 2 ** 20),
};
console.log(row);
if (values.json) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);
await model.close();

async function cpuSeconds<T>(task: () => Promise<T> | T): Promise<{ result: T; cpuS: number }> {
  const before = process.cpuUsage();
  const result = await task();
  const { user, system } = process.cpuUsage(before);
  return { result, cpuS: (user + system) / 1e6 };
}

/** Windows in a row, and a sketch that says nothing: loudness sets the ends, which are not what is measured here. */
function trackOf(vectors: readonly Vector[]): SoundTrack {
  const durationMs = vectors.length * STEP_MS;
  return {
    durationMs,
    windows: vectors.map((vector, i) => ({ startMs: i * STEP_MS, vector })),
    sketch: new Uint8Array(SKETCH_BANDS * Math.floor(durationMs / SKETCH_MS)),
  };
}

/** What a service reads from its database is made up again here, and its time not counted. */
async function loadTracks(ids: readonly WorkId[]): Promise<Map<WorkId, SoundTrack>> {
  spent.loads += ids.length;
  const { result, cpuS } = await cpuSeconds(
    () =>
      new Map(ids.map((id) => [id, trackOf(vectorsOf(Number(id.slice('work_'.length)), WINDOWS_AN_HOUR))])),
  );
  spent.loadCpuS += cpuS;
  return result;
}

function vectorsOf(sound: number, count: number): Vector[] {
  return sounds.film(sound, count).spans.map(({ vector }) => vector);
}

/** Windows every 128 ms: between two that are half a second apart they are a mixture of both. */
function makeQuery() {
  const vectors = vectorsOf(QUERY_SOUND, QUERY_WINDOWS);
  const source = sounds.film(COPIED.work, WINDOWS_AN_HOUR);
  const copied = sounds.edited(source, COPIED.at, COPIED.count);
  const whole = vectors.map((vector, i) => copied[i - COPIED.queryAt] ?? vector);
  const fine = whole.slice(0, -1).flatMap((vector, i) =>
    Array.from({ length: STEP_MS / FINE_MS }, (_, k) => ({
      startMs: i * STEP_MS + k * FINE_MS,
      vector: mix(vector, whole[i + 1]!, (k * FINE_MS) / STEP_MS),
    })),
  );
  const { durationMs, sketch } = trackOf(whole);
  return { durationMs, sketch, fine };
}

function mix(a: Vector, b: Vector, share: number): Vector {
  const sum = Float64Array.from(a, (value, d) => (1 - share) * value + share * b[d]!);
  const scale = 512 / Math.hypot(...sum);
  return Int8Array.from(sum, (value) => Math.max(-127, Math.min(127, Math.round(value * scale))));
}

/** Opens the kept index and adds what is missing. */
async function openRegistry() {
  const path = join(values.keep, 'sounds.usearch');
  const opened = await openVectorIndex({ path, modelDigest: model.digest });
  if (opened.highWaterMark > HOURS) throw new Error(`${path} holds ${opened.highWaterMark} hours: remove it`);
  for (let work = opened.highWaterMark; work < HOURS; work++) {
    const vectors = vectorsOf(work, WINDOWS_AN_HOUR);
    await opened.addInTurns({ position: work + 1, workId: `work_${work}` as WorkId, vectors });
    if ((work + 1) % SAVE_EVERY === 0 || work + 1 === HOURS) {
      await opened.save(path);
      console.error(`${work + 1} hours`);
    }
  }
  return opened;
}

/** The vectors of the shared sounds; kept, since making them takes minutes. */
async function realSounds(audioModel: AudioModel): Promise<RealClip[]> {
  const path = join(values.keep, 'sounds.json');
  if (!existsSync(path)) {
    const clips: number[][][] = [];
    for (const name of readdirSync(values.media).filter((file) => /\.(opus|wav|mp3|flac)$/.test(file))) {
      const { print } = await fingerprintFile(join(values.media, name), audioModel, false);
      clips.push(print.windows.map(({ vector }) => [...vector]));
    }
    writeFileSync(path, JSON.stringify(clips.filter((clip) => clip.length > 0)));
  }
  const kept = JSON.parse(readFileSync(path, 'utf8')) as number[][][];
  return kept.map((clip) => clip.map((vector) => Int8Array.from(vector)));
}
