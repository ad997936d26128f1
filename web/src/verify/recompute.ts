import type { Digest } from '../../../server/domain/digest.ts';
import type { Print } from '../../../server/domain/fingerprint.ts';
import type { RecomputeReply, RecomputeRequest } from './recompute-worker.ts';

/** A print made in this browser, and whether the picture had to be made smaller by the browser's own filter. */
export interface Recomputed {
  readonly print: Print;
  readonly resized: boolean;
}

/** The folder of a model on this server. */
export function modelFolder(name: string, version: string): string {
  return new URL(`models/${name}@${version}/`, document.baseURI.replace(/#.*$/, '')).toString();
}

/** Recomputes a picture's fingerprint in a thread of its own. Rejects with the reason when that is not possible. */
export function recomputePrint(
  file: Blob,
  folder: string,
  modelDigest: Digest,
  onStep: (text: string) => void,
): Promise<Recomputed> {
  const worker = new Worker(new URL('./recompute-worker.ts', import.meta.url), { type: 'module' });
  return new Promise<Recomputed>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<RecomputeReply>) => {
      if (data.kind === 'step') onStep(data.text);
      else if (data.kind === 'done') resolve({ print: data.print, resized: data.resized });
      else reject(new Error(data.reason));
    };
    worker.onerror = (event) =>
      reject(new Error(event.message || 'The thread that recomputes could not start.'));
    const request: RecomputeRequest = { file, folder, modelDigest };
    worker.postMessage(request);
  }).finally(() => worker.terminate());
}
