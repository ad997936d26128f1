/**
 * The registry's model in this browser. The files come from the server, but are believed only because their SHA-256
 * leads to the model digest that the record on the chain names.
 */

import wasmUrl from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import * as ort from 'onnxruntime-web/wasm';
import { type Digest, toHex } from '../../../server/domain/digest.ts';
import {
  computeModelDigest,
  EMBED_SIDE,
  type Embedder,
  type Embedding,
  FEATURE_CELLS,
  FEATURE_CHANNELS,
  LOCAL_DIMENSIONS,
  LOCAL_GRID,
  readHead,
} from '../../../server/pipeline/fingerprint/index.ts';

const FEATURES = FEATURE_CHANNELS * FEATURE_CELLS;
const LOCALS = LOCAL_DIMENSIONS * LOCAL_GRID * LOCAL_GRID;

interface Card {
  readonly files: Readonly<Record<string, string>>;
  readonly outputs: { readonly local: { readonly int8: { readonly zeroPoint: number } } };
}

/** Loads the model in `folder` (an address that ends in `/`). Throws when it is not the model of that digest. */
export async function openBrowserModel(folder: string, modelDigest: Digest): Promise<Embedder> {
  const card = JSON.parse(new TextDecoder().decode(await download(folder, 'card.json'))) as Card;
  if (computeModelDigest(card.files) !== modelDigest) {
    throw new Error('the server offers another model than the one that the record names.');
  }
  const graph = await downloadChecked(folder, 'int8.onnx', card);
  const head = readHead(await downloadChecked(folder, 'head.bin', card));
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { wasm: new URL(wasmUrl, import.meta.url).href };
  const session = await ort.InferenceSession.create(graph, { executionProviders: ['wasm'] });
  const zero = card.outputs.local.int8.zeroPoint;
  return {
    modelDigest,
    head,
    async embed(pictures) {
      const embeddings: Embedding[] = [];
      // One at a time: a batch is no faster on one thread and takes its memory at once.
      for (const pixels of pictures) {
        const input = new ort.Tensor('uint8', pixels, [1, 3, EMBED_SIDE, EMBED_SIDE]);
        const { features, local } = await session.run({ pixels: input });
        const map = new Int16Array(LOCALS);
        const raw = local!.data as Uint8Array;
        for (let i = 0; i < LOCALS; i++) map[i] = raw[i]! - zero;
        embeddings.push({ features: (features!.data as Uint8Array).slice(0, FEATURES), local: map });
      }
      return embeddings;
    },
  };
}

async function downloadChecked(folder: string, name: string, card: Card): Promise<Uint8Array> {
  const bytes = await download(folder, name);
  const digest = toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes as BufferSource)));
  if (digest !== `0x${card.files[name]}`)
    throw new Error(`the server's ${name} is not the one that the model's card lists.`);
  return bytes;
}

async function download(folder: string, name: string): Promise<Uint8Array> {
  const response = await fetch(new URL(name, folder));
  // A server without this file may answer with the console's own page.
  if (!response.ok || response.headers.get('content-type')?.startsWith('text/html')) {
    throw new Error(`the server does not offer ${name} of the model.`);
  }
  return new Uint8Array(await response.arrayBuffer());
}
