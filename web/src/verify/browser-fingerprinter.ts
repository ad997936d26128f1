import type { Digest } from '../../../server/domain/digest.ts';
import { imageLeaves } from '../../../server/pipeline/fingerprint/index.ts';
import type { Fingerprinter, ProofFile } from '../../../server/pipeline/prove/index.ts';
import type { FingerprintReply, FingerprintRequest } from './fingerprint-worker.ts';

/** A model of this server, by the name that a bundle gives it; which model it is, its digest decides. */
export interface ModelPlace {
  readonly name: string;
  readonly version: string;
  readonly digest: Digest;
}

/** A fingerprinter whose thread has to be ended. */
export interface BrowserFingerprinter extends Fingerprinter {
  close(): void;
}

type Answer = Exclude<FingerprintReply, { kind: 'step' }>;

/**
 * Makes fingerprints in a thread of this browser. The thread starts with the first picture, and fetches the model
 * (9 MB) and the runtime (14 MB) then; nothing is fetched when no file is given.
 */
export function createBrowserFingerprinter(
  model: ModelPlace,
  onStep: (text: string) => void,
): BrowserFingerprinter {
  const folder = new URL(
    `models/${model.name}@${model.version}/`,
    document.baseURI.replace(/#.*$/, ''),
  ).toString();
  const waiting = new Map<number, { resolve: (answer: Answer) => void; reject: (error: Error) => void }>();
  let worker: Worker | null = null;
  let lastId = 0;

  const start = () => {
    const thread = new Worker(new URL('./fingerprint-worker.ts', import.meta.url), { type: 'module' });
    thread.onmessage = ({ data }: MessageEvent<FingerprintReply>) => {
      if (data.kind === 'step') return onStep(data.text);
      const asked = waiting.get(data.id);
      waiting.delete(data.id);
      if (data.kind === 'failed') asked?.reject(new Error(`not recomputed here: ${data.reason}`));
      else asked?.resolve(data);
    };
    thread.onerror = (event) => {
      for (const asked of waiting.values())
        asked.reject(new Error(event.message || 'the thread could not start'));
      waiting.clear();
    };
    return thread;
  };
  const ask = (bytes: Uint8Array, part: FingerprintRequest['part']) =>
    new Promise<Answer>((resolve, reject) => {
      worker ??= start();
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      const request: FingerprintRequest = { id: lastId, bytes, folder, modelDigest: model.digest, part };
      worker.postMessage(request);
    });

  return {
    modelDigest: model.digest,
    // The browser's own decoder and scaler: equal to the service's on most pictures, but nobody promises it.
    exact: false,
    async fingerprint(file, mediaType) {
      const bytes = pictureOf(file, mediaType);
      const answer = await ask(bytes, null);
      if (answer.kind !== 'print') throw new Error('the thread answered something else');
      return imageLeaves(answer.print);
    },
    async fingerprintPart(file, mediaType, { box, mirrored }) {
      const bytes = pictureOf(file, mediaType);
      const answer = await ask(bytes, { box, mirrored });
      if (answer.kind !== 'part') throw new Error('the thread answered something else');
      return answer.part;
    },
    close: () => worker?.terminate(),
  };
}

/**
 * What stands for a model of sound: a browser has no decoder for it, so it says where the claim can be checked. Without
 * it the reason would be that a model is missing, which is not what is missing.
 */
export function createDeafFingerprinter({ digest }: ModelPlace): Fingerprinter {
  return {
    modelDigest: digest,
    exact: false,
    fingerprint: async () => Promise.reject(new Error(notHere('Sound'))),
    fingerprintPart: async () => Promise.reject(new Error(notHere('Sound'))),
  };
}

/** Why a claim stays open in a browser, and the command that can tell. */
function notHere(what: string): string {
  return (
    `${what} cannot be fingerprinted in a browser; on the command line it can: ` +
    'npx colophon verify proof.json --file ORIGINAL --suspect COPY --rpc NODE'
  );
}

const MEDIA: Readonly<Record<string, string>> = { video: 'A film', audio: 'Sound' };

/** The bytes of a picture. Other media are decoded by programs that no browser has: those claims stay open here. */
function pictureOf(file: ProofFile, mediaType: string): Uint8Array {
  if (mediaType !== '' && !mediaType.startsWith('image/'))
    throw new Error(notHere(MEDIA[mediaType.split('/')[0]!] ?? 'A text'));
  if ('path' in file) throw new Error('a browser has no files by their path');
  return file;
}
