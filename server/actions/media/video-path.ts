import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { CheckId, WorkId } from '../../domain/ids.ts';
import type { Match } from '../../domain/match.ts';
import type { EarlyEnd, Raster } from '../../domain/media.ts';
import { InputError } from '../../errors.ts';
import { VIDEO_POLICY } from '../../pipeline/decide/video/index.ts';
import {
  type ClipReader,
  createThumbnails,
  decodeVideo,
  planSampling,
  SAMPLE_SIDE,
  type Thumbnails,
  type VideoDecoder,
  type VideoInfo,
  type VideoLimits,
} from '../../pipeline/decode/video/index.ts';
import type { Embedder } from '../../pipeline/fingerprint/index.ts';
import {
  decodeVideoPrint,
  encodeVideoPrint,
  filmLeaves,
  fingerprintVideo,
  type PartPrint,
  type VideoPrint,
  videoLeaves,
} from '../../pipeline/fingerprint/video/index.ts';
import type { LongWorkSearch } from '../../pipeline/match/index.ts';
import { COMPARED_SIDE, type FrameReader, matchVideo } from '../../pipeline/match/video/index.ts';
import type { MediaPrintStore } from '../../store/media-print-store.ts';
import type { ModelFiles } from '../export-proof.ts';
import { type BegunMatch, beginMatch, matchSound } from './begin-match.ts';
import { decodeKept, type OnDamaged } from './decode-kept.ts';
import { alongside, hear, pairOfSound, soundEnd, withSound } from './film-sound.ts';
import { followKeptPrints } from './follow-kept-prints.ts';
import { createGate } from './gate.ts';
import { joinTracks } from './join-tracks.ts';
import { leastBusy } from './least-busy.ts';
import type { MadePrint, MediaFacts, MediaFile, MediaQuery, MediumPath, ReportShare } from './medium-path.ts';
import { linesOf } from './place-by-pictures.ts';
import { giveTurn, queryInTurns } from './query-in-turns.ts';
import { readPoster } from './read-poster.ts';
import { rememberLooks } from './remember-looks.ts';
import { closestFrame } from './video-claim.ts';
import { judgeVideo, sameVideo } from './video-match.ts';
import { drawMatrix } from './video-matrix.ts';

/** A video's print with its leaves, and what is known of it only while it is looked at. */
export interface VideoPathPrint extends LeafPrint {
  readonly print: VideoPrint;
  /** Parts of the frames, for insets; none in a print that was loaded. */
  readonly parts: readonly PartPrint[];
  /** Of a file that was just read: small pictures of its frames. */
  readonly sampled: Thumbnails | null;
  /** Frames a second on average; 0 when unknown. */
  readonly frameRate: number;
  /** The print of the sound, where there is any and it is taken; of a print that was loaded, where its record has it. */
  readonly heard: LeafPrint | null;
  /** Of a check: what of its matching began while the file was read. */
  readonly begun: BegunMatch | null;
}

/** What videos need from outside. */
export interface VideoPathDeps {
  readonly decoder: VideoDecoder;
  readonly limits: VideoLimits;
  readonly looksLikeContainer: (path: string) => Promise<boolean>;
  readonly prints: MediaPrintStore;
  /** An index of its own: stretches of films and pictures are not compared. */
  readonly search: LongWorkSearch;
  readonly embedder: Embedder;
  readonly modelFiles: ModelFiles;
  /** Where the file of a work lies; null when it is gone. */
  readonly fileOf: (workId: WorkId) => Promise<string | null>;
  readonly encodePreview: (raster: Raster) => Promise<Uint8Array>;
  readonly encodeStrip: (rasters: readonly Raster[], height: number) => Promise<Uint8Array>;
  readonly encodeGray: (picture: { width: number; height: number; data: Uint8Array }) => Promise<Uint8Array>;
  /** The path of sound, for the sound of videos. */
  readonly sound?: MediumPath;
  readonly onDamaged: OnDamaged;
}

type Probe = (file: MediaFile) => Promise<VideoInfo>;

const WHOLE_FILE_SHARE = 0.98;
const PICTURES_SHARE = 0.9;
/** Pictures for people that are decoded at once: each is a process, and a page asks for many. */
const SHOWN_AT_ONCE = 4;

/** Videos: decoded in processes of their own, matched to the frame, with their sound where sound is taken. */
export function createVideoPath(deps: VideoPathDeps): MediumPath<VideoPathPrint> {
  const { decoder, limits, prints, embedder, sound } = deps;
  const catchUp = followKeptPrints(
    prints,
    deps.search,
    embedder.modelDigest,
    (bytes) => decodeVideoPrint(bytes).spans.map(({ vector }) => vector),
    deps.onDamaged,
  );
  const gate = createGate(SHOWN_AT_ONCE);
  const probe: Probe = rememberLooks((file) => decoder.probe(file, limits));
  return {
    medium: 'video',
    model: { ...deps.modelFiles, digest: embedder.modelDigest },
    ...(sound ? { soundModel: sound.model } : {}),
    policy: sound ? withSound(VIDEO_POLICY, sound.policy) : VIDEO_POLICY,
    admit: (file) => admit(deps, probe, file),
    async fingerprint(file, report, ahead) {
      const info = await probe(file);
      let earlyEnd: EarlyEnd | null = null;
      const purpose = ahead ? 'check' : 'work';
      // What is recorded anybody must be able to make again, by software.
      const plan = { ...planSampling(info.durationMs, purpose), onDevice: purpose === 'check' };
      const frames = decodeVideo(file, decoder, plan, limits, (told) => {
        earlyEnd = told;
      });
      const hearing = sound && info.hasAudio ? alongside((told) => hear(sound, file, told)) : null;
      const begun = ahead ? beginMatch(deps, { file, durationMs: info.durationMs, hearing, ahead }) : null;
      const share = hearing ? PICTURES_SHARE : WHOLE_FILE_SHARE;
      const onProgress = (timeMs: number) => {
        const seen = info.durationMs > 0 ? timeMs / info.durationMs : 0;
        report(share * seen + (1 - share) * (hearing?.share() ?? 0));
      };
      const sampled = createThumbnails(COMPARED_SIDE);
      let made: Awaited<ReturnType<typeof fingerprintVideo>>;
      let heard: MadePrint<LeafPrint> | null;
      try {
        made = await fingerprintVideo(sampled.keep(frames), info.durationMs, embedder, {
          parts: true,
          onProgress,
          ...(begun ? { onStretch: begun.onStretch } : {}),
        });
        heard = (await hearing?.result) ?? null;
      } catch (error) {
        hearing?.leave();
        begun?.leave();
        throw error;
      }
      const leaves = filmLeaves(videoLeaves(made.print), heard);
      return {
        ...leaves,
        ...made,
        sampled,
        frameRate: info.frameRate,
        heard,
        begun,
        ...(begun ? { leave: begun.leave } : {}),
        earlyEnd: earlyEnd ?? soundEnd(heard),
      };
    },
    async storePrint(sql, workId, { print, frameRate, heard, sound: committed, modelDigest }) {
      if (heard && sound) await sound.storePrint(sql, workId, heard);
      return await prints.insert(sql, workId, modelDigest, {
        bytes: encodeVideoPrint(print),
        facts: { frameRate, soundInRecord: committed !== undefined },
      });
    },
    async loadPrint(workId) {
      const kept = (await prints.load([workId])).get(workId);
      if (!kept) return null;
      const print = decodeVideoPrint(kept.bytes);
      const heard = kept.facts['soundInRecord'] && sound ? await sound.loadPrint(workId) : null;
      const leaves = filmLeaves(videoLeaves(print), heard);
      return {
        ...leaves,
        print,
        parts: [],
        sampled: null,
        frameRate: rateOf(kept.facts),
        heard,
        begun: null,
      };
    },
    async removePrint(sql, workId) {
      await sound?.removePrint(sql, workId);
      await prints.remove(sql, workId);
    },
    keepQuery: (sql, checkId, { print }) => prints.keepQuery(sql, checkId, encodeVideoPrint(print)),
    async catchUp() {
      await catchUp();
      await sound?.catchUp();
    },
    async match(query, report) {
      const { heard, begun } = query.print;
      if (!sound || !heard) return await matchPictures(deps, query, report);
      // While frames are read in other processes there is time to match the sound.
      const pictures = matchPictures(deps, query, report);
      const lines = pictures.then(linesOf);
      lines.catch(() => {});
      const sounds = begun?.sounds(lines) ?? matchSound(sound, { ...query, print: heard, lines });
      try {
        return joinTracks(await pictures, await sounds.result);
      } catch (error) {
        sounds.leave();
        throw error;
      }
    },
    async pairForClaim(file, match, work) {
      const timeOf = async (timesMs: readonly number[]) =>
        await decoder.readFrames(file, timesMs, SAMPLE_SIDE, limits);
      const pair = await closestFrame({ match, work: work.print, readFrames: timeOf, embedder });
      // Where only the sound was copied, the claim is about that, if the record has it.
      return pair.suspect === null && sound && work.sound && work.heard
        ? await pairOfSound(sound, file, match, work.heard, work.sound.firstLeaf, pair)
        : pair;
    },
    async preview(file) {
      const raster = await gate(() => readPoster(decoder, file, limits));
      return await deps.encodePreview(raster);
    },
    async frames(file, timesMs, height) {
      const side = Math.min(SAMPLE_SIDE, Math.round(height * 2.4));
      const frames = await gate(() => decoder.readFrames(file, timesMs, side, limits));
      return await deps.encodeStrip(
        frames.map(({ raster }) => raster),
        height,
      );
    },
    async matrix(checkId: CheckId, match: Match) {
      const query = await prints.findQuery(checkId);
      const work = (await prints.load([match.workId])).get(match.workId);
      if (!query || !work) return null;
      return await deps.encodeGray(await drawMatrix(decodeVideoPrint(query), decodeVideoPrint(work.bytes)));
    },
  };
}

async function admit(deps: VideoPathDeps, probe: Probe, file: MediaFile): Promise<MediaFacts | null> {
  if (!(await deps.looksLikeContainer(file.path))) return null;
  let info: VideoInfo;
  try {
    info = await probe(file);
  } catch (error) {
    // Sound in a container that could hold a film: for another path, if there is one.
    if (error instanceof InputError && error.extra['reason'] === 'no-video') return null;
    throw error;
  }
  const { mediaType, width, height, durationMs } = info;
  return { mediaType, width, height, durationMs: Math.round(durationMs) };
}

async function matchPictures(
  deps: VideoPathDeps,
  { file, print, same, exclude, policy }: MediaQuery<VideoPathPrint>,
  report: ReportShare,
): Promise<Match[]> {
  const { decoder, limits, prints, search } = deps;
  // Two processes for the query's file, two for the registered ones: while one is computed, others are read.
  const pair = () => leastBusy([decoder.openClips(), decoder.openClips()]);
  const readers = { query: pair(), works: pair() };
  const readerOf = (path: string, reader: ClipReader): FrameReader => ({
    readClips: (ranges) => reader.readClips({ path }, ranges, limits),
  });
  const rates = new Map<WorkId, number>();
  const works = {
    async loadTracks(ids: readonly WorkId[]) {
      const kept = await prints.load(ids);
      for (const [id, { facts }] of kept) rates.set(id, rateOf(facts));
      return decodeKept(kept, decodeVideoPrint, deps.onDamaged);
    },
    async openFrames(workId: WorkId) {
      const path = await deps.fileOf(workId);
      return path === null ? null : readerOf(path, readers.works);
    },
  };
  const frameSearch = {
    async query(vectors: Parameters<LongWorkSearch['query']>[0], count: number) {
      const found = await (print.begun?.frames.query(vectors) ?? queryInTurns(search, vectors, count));
      return found.map((hits) =>
        hits.map(({ workId, segment, similarity }) => ({ workId, span: segment, similarity })),
      );
    },
  };
  const query = {
    track: print.print,
    parts: print.parts,
    sampled: print.sampled,
    frames: readerOf(file.path, readers.query),
  };
  const options = {
    exclude: same === null ? exclude : [...exclude, same],
    onProgress: (done: number, total: number) => report(done / Math.max(1, total)),
    giveTurn,
  };
  try {
    const claims = await matchVideo(query, { search: frameSearch, works }, options);
    const judged = judgeVideo(claims, policy, { query: print.frameRate, works: rates });
    return same === null ? judged : [sameVideo(same, print.print.durationMs), ...judged];
  } finally {
    readers.query.close();
    readers.works.close();
  }
}

function rateOf(facts: Readonly<Record<string, unknown>>): number {
  return Number(facts['frameRate'] ?? 0);
}
