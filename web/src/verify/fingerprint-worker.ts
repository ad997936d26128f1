/** Thread that makes fingerprints, so that the page stays alive while the network runs. */
import type { Digest } from '../../../server/domain/digest.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { Box, Raster } from '../../../server/domain/media.ts';
import {
  type Embedder,
  fingerprintImage,
  fingerprintRegions,
} from '../../../server/pipeline/fingerprint/index.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { openBrowserModel } from './browser-model.ts';

/** What the thread is asked: the print of a picture, or of one part of it. */
export interface FingerprintRequest {
  readonly id: number;
  readonly bytes: Uint8Array;
  /** Address of the model's folder, ending in `/`. */
  readonly folder: string;
  readonly modelDigest: Digest;
  readonly part: { readonly box: Box; readonly mirrored: boolean } | null;
}

/** Code and vector of a part of a picture. */
export interface PartPrint {
  readonly code: Digest;
  readonly vector: Int8Array;
}

/** What it answers: steps as they begin, then the print, the part, or why there is none. */
export type FingerprintReply =
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'print'; readonly id: number; readonly print: Print }
  | { readonly kind: 'part'; readonly id: number; readonly part: PartPrint }
  | { readonly kind: 'failed'; readonly id: number; readonly reason: string };

const tell = (reply: FingerprintReply) => self.postMessage(reply);
let model: Promise<Embedder> | null = null;

self.onmessage = async ({ data }: MessageEvent<FingerprintRequest>) => {
  const { id, part } = data;
  try {
    tell({ kind: 'step', text: 'Decoding the picture' });
    const decoded = await decodeInBrowser(new Blob([data.bytes as BlobPart]));
    tell({ kind: 'step', text: 'Fetching the model and checking its digest' });
    model ??= openBrowserModel(data.folder, data.modelDigest);
    const embedder = await model;
    tell({ kind: 'step', text: 'Drawing the fingerprint' });
    if (part === null) {
      tell({ kind: 'print', id, print: await fingerprintImage(decoded, embedder) });
      return;
    }
    const raster = part.mirrored ? mirror(decoded.raster) : decoded.raster;
    const [region] = await fingerprintRegions(raster, [part.box], embedder);
    const { code, vector } = region!.segment;
    tell({ kind: 'part', id, part: { code, vector } });
  } catch (error) {
    tell({ kind: 'failed', id, reason: error instanceof Error ? error.message : String(error) });
  }
};

function mirror({ width, height, data }: Raster): Raster {
  const turned = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    const row = y * width;
    for (let x = 0; x < width; x++) {
      const from = (row + width - 1 - x) * 3;
      turned.set(data.subarray(from, from + 3), (row + x) * 3);
    }
  }
  return { width, height, data: turned };
}
