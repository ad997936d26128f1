/** Thread that recomputes a fingerprint, so that the page stays alive while the network runs. */
import type { Digest } from '../../../server/domain/digest.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import { fingerprintImage } from '../../../server/pipeline/fingerprint/index.ts';
import { decodeInBrowser } from './browser-decoder.ts';
import { openBrowserModel } from './browser-model.ts';

/** What the thread is asked. */
export interface RecomputeRequest {
  readonly file: Blob;
  /** Address of the model's folder, ending in `/`. */
  readonly folder: string;
  readonly modelDigest: Digest;
}

/** What it tells: steps as they begin, then the print or why there is none. */
export type RecomputeReply =
  | { readonly kind: 'step'; readonly text: string }
  | { readonly kind: 'done'; readonly print: Print; readonly resized: boolean }
  | { readonly kind: 'failed'; readonly reason: string };

const tell = (reply: RecomputeReply) => self.postMessage(reply);

self.onmessage = async ({ data }: MessageEvent<RecomputeRequest>) => {
  try {
    tell({ kind: 'step', text: 'Decoding the picture' });
    const decoded = await decodeInBrowser(data.file);
    tell({ kind: 'step', text: 'Fetching the model and checking its digest' });
    const embedder = await openBrowserModel(data.folder, data.modelDigest);
    tell({ kind: 'step', text: 'Drawing the fingerprint' });
    const print = await fingerprintImage(decoded, embedder);
    tell({ kind: 'done', print, resized: decoded.resized });
  } catch (error) {
    tell({ kind: 'failed', reason: error instanceof Error ? error.message : String(error) });
  }
};
