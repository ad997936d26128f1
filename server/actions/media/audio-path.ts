import type { LeafPrint, Vector } from '../../domain/fingerprint.ts';
import type { WorkId } from '../../domain/ids.ts';
import type { Policy } from '../../domain/match.ts';
import type { EarlyEnd } from '../../domain/media.ts';
import { InputError } from '../../errors.ts';
import { type AudioCalibration, mostSoundProbability } from '../../pipeline/decide/audio/index.ts';
import { type AudioDecoder, type AudioLimits, decodeAudio } from '../../pipeline/decode/audio/index.ts';
import {
  type AudioEmbedder,
  type AudioQueryPrint,
  audioLeaves,
  decodeAudioPrint,
  encodeAudioPrint,
  fingerprintAudio,
} from '../../pipeline/fingerprint/audio/index.ts';
import { matchAudio } from '../../pipeline/match/audio/index.ts';
import type { LongWorkSearch } from '../../pipeline/match/index.ts';
import type { MediaPrintStore } from '../../store/media-print-store.ts';
import type { ModelFiles } from '../export-proof.ts';
import { closestWindow } from './audio-claim.ts';
import { judgeAudio, sameAudio } from './audio-match.ts';
import { drawSoundMatrix, printToDraw } from './audio-matrix.ts';
import { decodeKept, type OnDamaged } from './decode-kept.ts';
import { followKeptPrints } from './follow-kept-prints.ts';
import type { MediaFile, MediumPath } from './medium-path.ts';
import { placeByPictures } from './place-by-pictures.ts';
import { giveTurn, queryInTurns } from './query-in-turns.ts';
import { rememberLooks } from './remember-looks.ts';

/** A sound's print with its leaves; `fine` only while the file is looked at. */
export interface AudioPathPrint extends LeafPrint, AudioQueryPrint {}

/** What sound needs from outside. */
export interface AudioPathDeps {
  readonly decoder: AudioDecoder;
  /** Of decoding, which the sound of films has, too. */
  readonly limits: AudioLimits;
  /** Most bytes of a sound file that is sent in. */
  readonly maxFileBytes: number;
  readonly looksLikeSound: (path: string) => Promise<boolean>;
  readonly prints: MediaPrintStore;
  /** An index of its own: sounds and pictures are not compared. */
  readonly search: LongWorkSearch;
  readonly embedder: AudioEmbedder;
  readonly calibration: AudioCalibration;
  /** The thresholds that go with it. */
  readonly policy: Policy;
  readonly modelFiles: ModelFiles;
  readonly onDamaged: OnDamaged;
  readonly encodeGray: (picture: { width: number; height: number; data: Uint8Array }) => Promise<Uint8Array>;
}

/** Sound: audio files, and the sound of videos (see `video-path.ts`). Asked after videos. */
export function createAudioPath(deps: AudioPathDeps): MediumPath<AudioPathPrint> {
  const { decoder, limits, prints, embedder, calibration } = deps;
  const catchUp = followKeptPrints(
    prints,
    deps.search,
    embedder.modelDigest,
    (bytes) => decodeAudioPrint(bytes).windows.map(({ vector }) => vector),
    deps.onDamaged,
  );
  const probe = rememberLooks((file) => decoder.probe(file, limits));
  const listen = async (file: MediaFile, onProgress: (timeMs: number) => void = () => {}) => {
    let earlyEnd: EarlyEnd | null = null;
    const samples = decodeAudio(file, decoder, limits, (told) => {
      earlyEnd = told;
    });
    const made = await fingerprintAudio(samples, embedder, { fine: true, onProgress });
    return { ...made, earlyEnd: earlyEnd as EarlyEnd | null };
  };
  return {
    medium: 'audio',
    model: { ...deps.modelFiles, digest: embedder.modelDigest },
    policy: deps.policy,
    async admit(file) {
      if (!(await deps.looksLikeSound(file.path))) return null;
      if (file.sizeBytes > deps.maxFileBytes) {
        const limit = `the limit for sound is ${deps.maxFileBytes}`;
        throw new InputError('media_too_large', `the file has ${file.sizeBytes} bytes, ${limit}`);
      }
      const { mediaType, durationMs } = await probe(file);
      return { mediaType, width: null, height: null, durationMs: Math.round(durationMs) };
    },
    async fingerprint(file, report) {
      const { durationMs } = await probe(file);
      const made = await listen(file, (timeMs) => {
        if (durationMs > 0) report(Math.min(1, timeMs / durationMs));
      });
      return { ...audioLeaves(made.print), ...made };
    },
    storePrint: (sql, workId, { print, modelDigest }) =>
      prints.insert(sql, workId, modelDigest, { bytes: encodeAudioPrint(print), facts: {} }),
    async loadPrint(workId) {
      const kept = (await prints.load([workId])).get(workId);
      if (!kept) return null;
      const print = decodeAudioPrint(kept.bytes);
      return { ...audioLeaves(print), print, fine: [] };
    },
    removePrint: (sql, workId) => prints.remove(sql, workId),
    keepQuery: (sql, checkId, made) => prints.keepQuery(sql, checkId, encodeAudioPrint(printToDraw(made))),
    catchUp,
    async match({ print: { print, fine }, same, exclude, policy, lines }, report) {
      const query = { durationMs: print.durationMs, fine, sketch: print.sketch };
      const outside = { search: searchOf(deps), works: worksOf(deps) };
      const found = await matchAudio(query, outside, {
        exclude: same === null ? exclude : [...exclude, same],
        isWorthSetting: (evidence) => mostSoundProbability(evidence, calibration) >= policy.reviewProbability,
        onProgress: (done, total) => report(done / Math.max(1, total)),
        giveTurn,
      });
      const claims = lines ? await placeByPictures(query, found, outside.works, await lines) : found;
      const judged = judgeAudio(claims, policy, calibration);
      return same === null ? judged : [sameAudio(same, print.durationMs), ...judged];
    },
    pairForClaim: async (file, match, work) => closestWindow(await listen(file), match, work.print),
    preview: async () => null,
    async matrix(checkId, match) {
      const query = await prints.findQuery(checkId);
      const work = (await prints.load([match.workId])).get(match.workId);
      if (!query || !work) return null;
      return await deps.encodeGray(
        await drawSoundMatrix(decodeAudioPrint(query), decodeAudioPrint(work.bytes)),
      );
    },
  };
}

function searchOf({ search }: AudioPathDeps) {
  return {
    async query(vectors: readonly Vector[], count: number) {
      const found = await queryInTurns(search, vectors, count);
      return found.map((hits) =>
        hits.map(({ workId, segment, similarity }) => ({ workId, window: segment, similarity })),
      );
    },
  };
}

function worksOf({ prints, onDamaged }: AudioPathDeps) {
  return {
    loadTracks: async (ids: readonly WorkId[]) =>
      decodeKept(await prints.load(ids), decodeAudioPrint, onDamaged),
  };
}
