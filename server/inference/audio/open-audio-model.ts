import { join } from 'node:path';
import type { Digest } from '../../domain/digest.ts';
import type { Policy } from '../../domain/match.ts';
import { InternalError } from '../../errors.ts';
import {
  type AudioCalibration,
  UNCALIBRATED_AUDIO,
  UNCALIBRATED_AUDIO_POLICY,
} from '../../pipeline/decide/audio/index.ts';
import type { AudioEmbedder } from '../../pipeline/fingerprint/audio/index.ts';
import { BANDS, readAudioHead, WINDOW_FRAMES } from '../../pipeline/fingerprint/audio/index.ts';
import { computeModelDigest } from '../../pipeline/fingerprint/index.ts';
import { parseAnyCard, readDigestedFolder, requireShape } from '../model-card.ts';
import { createOnnxAudioEmbedder } from './onnx-audio-embedder.ts';

/** `card.json` of an audio model, the parts that are read. */
export interface AudioModelCard {
  readonly name: string;
  readonly version: string;
  /** SHA-256 hex of every file of the folder but the card. */
  readonly files: Readonly<Record<string, string>>;
  /** What it learned from; the bench tells these references apart. */
  readonly training: { readonly trainedOn: readonly string[] };
  /** Absent until the model is calibrated. */
  readonly thresholds?: AudioThresholds;
}

/** What `scripts/bench/audio-calibrate.ts` writes into a card. */
export interface AudioThresholds extends Policy {
  /** Intercept and weights of the logistic regression, see `pipeline/decide/audio`. */
  readonly calibration: readonly number[];
}

/** The calibration of a card; one set by hand where it has none. */
export function audioCalibration({ thresholds }: Pick<AudioModelCard, 'thresholds'>): AudioCalibration {
  return thresholds ? { version: thresholds.version, weights: thresholds.calibration } : UNCALIBRATED_AUDIO;
}

/** The thresholds that were calibrated with it. */
export function audioPolicy({ thresholds }: Pick<AudioModelCard, 'thresholds'>): Policy {
  if (!thresholds) return UNCALIBRATED_AUDIO_POLICY;
  const { version, copyProbability, reviewProbability } = thresholds;
  return { version, copyProbability, reviewProbability };
}

/** A loaded, digest-checked audio model. */
export interface AudioModel {
  readonly embedder: AudioEmbedder;
  readonly digest: Digest;
  readonly card: AudioModelCard;
  close(): Promise<void>;
}

/**
 * Loads an audio model's folder and starts its inference thread (`threads`: of one inference; results do not depend on it).
 *
 * Throws `InternalError`: `model_missing`, `model_altered` (a digest is not the card's, or the card is of another kind).
 */
export async function openAudioModel(
  directory: string,
  { threads = 1 }: { readonly threads?: number } = {},
): Promise<AudioModel> {
  const { card, files } = await readAudioModelFolder(directory);
  const digest = computeModelDigest(card.files);
  const embedder = await createOnnxAudioEmbedder({
    path: join(directory, 'int8.onnx'),
    threads,
    modelDigest: digest,
    head: readAudioHead(files.get('head.bin')!),
  });
  return { embedder, digest, card, close: () => embedder.close() };
}

/** Card and files of an audio model, checked against each other. Throws `model_missing`, `model_altered`. */
export function readAudioModelFolder(
  directory: string,
): Promise<{ card: AudioModelCard; files: Map<string, Buffer> }> {
  return readDigestedFolder(directory, parseAudioCard);
}

function parseAudioCard(text: string): AudioModelCard {
  const card = parseAnyCard(text, ['int8.onnx', 'head.bin', 'vectors.json']);
  requireShape(card.input?.shape, [1, BANDS, WINDOW_FRAMES]);
  requireShape(card.outputs?.features?.shape, [256, 2, 2]);
  const audio = card as unknown as AudioModelCard;
  if (!Array.isArray(audio.training?.trainedOn)) {
    throw new InternalError('model_altered', 'the card of the model does not say what it was trained on');
  }
  return audio;
}
