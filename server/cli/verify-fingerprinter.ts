import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import { InputError } from '../errors.ts';
import { openAudioModel, readAudioModelFolder } from '../inference/audio/open-audio-model.ts';
import { readModelFolder } from '../inference/model-card.ts';
import { openModel } from '../inference/open-model.ts';
import { createNodeAvAudioDecoder } from '../media/audio/index.ts';
import { createImageDecoder } from '../media/index.ts';
import { isolatedTextReader } from '../media/text/index.ts';
import { createNodeAvVideoDecoder } from '../media/video/index.ts';
import { decodeAudio } from '../pipeline/decode/audio/index.ts';
import { decodeImage, mirrorRaster } from '../pipeline/decode/index.ts';
import { decodeText } from '../pipeline/decode/text/index.ts';
import { decodeVideo, planSampling, SAMPLE_SIDE } from '../pipeline/decode/video/index.ts';
import { type AudioEmbedder, audioLeaves, fingerprintAudio } from '../pipeline/fingerprint/audio/index.ts';
import {
  computeModelDigest,
  type Embedder,
  fingerprintImage,
  fingerprintRegions,
  imageLeaves,
} from '../pipeline/fingerprint/index.ts';
import {
  codeOfRange,
  fingerprintText,
  prepareText,
  TEXT_MODEL_DIGEST,
  textLeaves,
} from '../pipeline/fingerprint/text/index.ts';
import { fingerprintVideo, videoLeaves } from '../pipeline/fingerprint/video/index.ts';
import type { Fingerprinter, ProofFile } from '../pipeline/prove/index.ts';

/** Where the models lie: beside the program. */
const MODELS = join(import.meta.dirname, '..', '..', 'models');

/** A fingerprinter that holds a model. */
type OpenFingerprinter = Fingerprinter & { close(): Promise<void> };
/** The part of it that differs between media. */
type Maker = Pick<Fingerprinter, 'fingerprint' | 'fingerprintPart'>;

/**
 * The very stages that the service runs, with the model of that digest; null when it is not among the models here.
 * Throws `InternalError('model_altered')` when its files are not those of its card.
 */
export async function openFingerprinter(
  modelDigest: Digest,
  models: string = MODELS,
): Promise<OpenFingerprinter | null> {
  if (modelDigest === TEXT_MODEL_DIGEST) {
    return { modelDigest, exact: true, ...texts, close: async () => undefined };
  }
  const heard = await findModel(models, modelDigest, readAudioModelFolder);
  if (heard !== null) {
    const model = await openAudioModel(heard);
    return { modelDigest, exact: true, ...sounds(model.embedder), close: () => model.close() };
  }
  const folder = await findModel(models, modelDigest, readModelFolder);
  if (folder === null) return null;
  const model = await openModel(folder);
  const makers: Readonly<Record<string, Maker>> = {
    image: pictures(model.embedder),
    video: videos(model.embedder),
  };
  const makerOf = (mediaType: string): Maker => {
    // Records of pictures are as old as this program; what they say of the type is not asked.
    const maker = makers[mediaType.split('/')[0]!] ?? makers['image'];
    return maker!;
  };
  return {
    modelDigest: model.digest,
    exact: true,
    fingerprint: (file, mediaType) => makerOf(mediaType).fingerprint(file, mediaType),
    fingerprintPart: (file, mediaType, place) => makerOf(mediaType).fingerprintPart(file, mediaType, place),
    close: () => model.close(),
  };
}

function pictures(embedder: Embedder): Maker {
  const decoder = createImageDecoder();
  const decode = (file: ProofFile) => decodeImage(sourceOf(file), decoder);
  return {
    fingerprint: async (file) => imageLeaves(await fingerprintImage(await decode(file), embedder)),
    async fingerprintPart(file, _mediaType, { box, mirrored }) {
      const { raster } = await decode(file);
      const [region] = await fingerprintRegions(mirrored ? mirrorRaster(raster) : raster, [box], embedder);
      return region!.segment;
    },
  };
}

function sounds(embedder: AudioEmbedder): Maker {
  const decoder = createNodeAvAudioDecoder();
  const listen = (file: ProofFile, fine: boolean) =>
    fingerprintAudio(decodeAudio(pathOf(file), decoder), embedder, { fine });
  return {
    fingerprint: async (file) => audioLeaves((await listen(file, false)).print),
    async fingerprintPart(file, _mediaType, { stretch }) {
      const { fine } = await listen(file, true);
      const window = fine.find(({ startMs }) => stretch?.kind === 'time' && startMs === stretch.startMs);
      if (!window)
        throw new InputError(
          'invalid_bundle',
          'the dossier does not say which second of the sound was compared',
        );
      return window;
    },
  };
}

function pathOf(file: ProofFile): { path: string } {
  if ('path' in file) return { path: file.path };
  throw new InputError('invalid_request', 'sound and video are read from a file on disk');
}

function videos(embedder: Embedder): Maker {
  const decoder = createNodeAvVideoDecoder();
  return {
    async fingerprint(file) {
      const source = pathOf(file);
      const { durationMs } = await decoder.probe(source);
      const frames = decodeVideo(source, decoder, planSampling(durationMs));
      return videoLeaves((await fingerprintVideo(frames, durationMs, embedder)).print);
    },
    async fingerprintPart(file, _mediaType, { box, mirrored, stretch }) {
      if (stretch?.kind !== 'time')
        throw new InputError('invalid_bundle', 'the dossier does not say which moment was compared');
      const [frame] = await decoder.readFrames(pathOf(file), [stretch.startMs], SAMPLE_SIDE);
      const raster = mirrored ? mirrorRaster(frame!.raster) : frame!.raster;
      const [region] = await fingerprintRegions(raster, [box], embedder);
      return region!.segment;
    },
  };
}

const readText = async (file: ProofFile, mediaType: string) =>
  prepareText((await decodeText(sourceOf(file), isolatedTextReader, { mediaType })).text);

const texts: Maker = {
  fingerprint: async (file, mediaType) => textLeaves(fingerprintText(await readText(file, mediaType))),
  async fingerprintPart(file, mediaType, { stretch }) {
    const { normalized } = await readText(file, mediaType);
    if (stretch?.kind !== 'characters')
      throw new InputError('invalid_bundle', 'the dossier does not say which characters were compared');
    return { code: codeOfRange(normalized, stretch.start, stretch.end), vector: null };
  },
};

function sourceOf(file: ProofFile): { path: string } | { bytes: Uint8Array } {
  return 'path' in file ? { path: file.path } : { bytes: file };
}

async function findModel(
  models: string,
  modelDigest: Digest,
  read: (folder: string) => Promise<{ card: { files: Readonly<Record<string, string>> } }>,
): Promise<string | null> {
  for (const name of await readdir(models).catch(() => [])) {
    const folder = join(models, name);
    const found = await read(folder).catch(() => null);
    if (found !== null && computeModelDigest(found.card.files) === modelDigest) return folder;
  }
  return null;
}
