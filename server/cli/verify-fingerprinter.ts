import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Digest } from '../domain/digest.ts';
import type { DecodedImage, Raster } from '../domain/media.ts';
import { readModelFolder } from '../inference/model-card.ts';
import { openModel } from '../inference/open-model.ts';
import { createImageDecoder } from '../media/index.ts';
import { decodeImage } from '../pipeline/decode/index.ts';
import { computeModelDigest, fingerprintImage, fingerprintRegions } from '../pipeline/fingerprint/index.ts';
import type { Fingerprinter } from '../pipeline/prove/index.ts';

/** Where the models lie: beside the program. */
const MODELS = join(import.meta.dirname, '..', '..', 'models');

/**
 * The very stages that the service runs, with the model of that digest; null when it is not among the models here.
 * Throws `InternalError('model_altered')` when its files are not those of its card.
 */
export async function openFingerprinter(
  modelDigest: Digest,
  models: string = MODELS,
): Promise<(Fingerprinter & { close(): Promise<void> }) | null> {
  const folder = await findModel(models, modelDigest);
  if (folder === null) return null;
  const model = await openModel(folder);
  const decoder = createImageDecoder();
  const decode = (bytes: Uint8Array) => decodeImage({ bytes }, decoder);
  return {
    modelDigest: model.digest,
    exact: true,
    fingerprint: async (bytes) => fingerprintImage(await decode(bytes), model.embedder),
    async fingerprintPart(bytes, box, mirrored) {
      const { raster }: DecodedImage = await decode(bytes);
      const [region] = await fingerprintRegions(mirrored ? mirror(raster) : raster, [box], model.embedder);
      return region!.segment;
    },
    close: () => model.close(),
  };
}

async function findModel(models: string, modelDigest: Digest): Promise<string | null> {
  for (const name of await readdir(models).catch(() => [])) {
    const folder = join(models, name);
    const found = await readModelFolder(folder).catch(() => null);
    if (found !== null && computeModelDigest(found.card.files) === modelDigest) return folder;
  }
  return null;
}

function mirror({ width, height, data }: Raster): Raster {
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      out.set(data.subarray(from, from + 3), (y * width + (width - 1 - x)) * 3);
    }
  }
  return { width, height, data: out };
}
