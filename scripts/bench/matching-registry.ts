import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Print } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import type { DecodedImage } from '../../server/domain/media.ts';
import type { Model } from '../../server/inference/index.ts';
import { createImageDecoder } from '../../server/media/index.ts';
import { decodeImage } from '../../server/pipeline/decode/index.ts';
import {
  decodePrint,
  encodePrint,
  fingerprintImage,
  PRINT_WINDOWS,
  SKETCH_SIDE,
} from '../../server/pipeline/fingerprint/index.ts';
import type { PrintSource, VectorSearch } from '../../server/pipeline/match/index.ts';
import { openVectorIndex } from '../../server/search/index.ts';
import type { Suite } from '../calibrate/suite.ts';

/** References of a suite, registered in memory through the shipped path. */
export interface Registry {
  readonly search: VectorSearch;
  readonly prints: PrintSource;
  readonly all: ReadonlyMap<WorkId, Print>;
}

/** Id of a work that stands for a reference of a suite. */
export function workIdOf(reference: string): WorkId {
  return `work_${reference}`;
}

/** The reference that a work stands for. */
export function referenceOf(workId: WorkId): string {
  return workId.slice('work_'.length);
}

const decoder = createImageDecoder();

/** Decodes a file of a suite. Throws what `decodeImage` throws. */
export function decodeFile(folder: string, file: string): Promise<DecodedImage> {
  return decodeImage({ path: join(folder, file) }, decoder);
}

/**
 * Fingerprints and indexes all references. `onProgress` hears how many are done. `keep` names a file that holds the
 * prints between runs; one of another model or suite is not used.
 */
export async function registerSuite(
  suite: Suite,
  folder: string,
  model: Model,
  onProgress: (done: number, of: number) => void = () => {},
  keep?: string,
): Promise<Registry> {
  const search = await openVectorIndex({ modelDigest: model.digest });
  const kept = keep ? await readKept(keep, folder, model) : new Map<WorkId, Print>();
  const all = new Map<WorkId, Print>();
  await inOrder(suite.references, async ({ id, file }, i) => {
    const workId = workIdOf(id);
    const print =
      kept.get(workId) ?? (await fingerprintImage(await decodeFile(folder, file), model.embedder));
    all.set(workId, print);
    const vectors = print.segments.map((segment) => segment.vector);
    search.add({ position: i + 1, workId, vectors });
    onProgress(i + 1, suite.references.length);
  });
  if (keep) await writeKept(keep, folder, model, all);
  const prints: PrintSource = {
    loadPrints: async (ids) =>
      new Map(ids.flatMap((id) => (all.has(id) ? [[id, all.get(id)!] as const] : []))),
  };
  return { search, prints, all };
}

/** First line of a file of kept prints: which suite and model they are of. */
function headOf(folder: string, model: Model): string {
  return JSON.stringify({ folder, model: model.digest, windows: PRINT_WINDOWS, sketch: SKETCH_SIDE });
}

async function readKept(path: string, folder: string, model: Model): Promise<Map<WorkId, Print>> {
  const text = await readFile(path, 'utf8').catch(() => '');
  const [head, ...lines] = text.split('\n');
  if (head !== headOf(folder, model)) return new Map();
  return new Map(
    lines.filter(Boolean).map((line) => {
      const cut = line.indexOf(' ');
      return [line.slice(0, cut) as WorkId, decodePrint(line.slice(cut + 1))] as const;
    }),
  );
}

async function writeKept(path: string, folder: string, model: Model, all: ReadonlyMap<WorkId, Print>) {
  const lines = [...all].map(([workId, print]) => `${workId} ${encodePrint(print)}`);
  await writeFile(path, [headOf(folder, model), ...lines].join('\n'));
}

/** Runs two items at a time: one decodes while the other is in the network. */
export async function inOrder<T>(
  items: readonly T[],
  work: (item: T, i: number) => Promise<void>,
): Promise<void> {
  let next = 0;
  const lane = async () => {
    while (next < items.length) {
      const i = next++;
      await work(items[i]!, i);
    }
  };
  await Promise.all([lane(), lane()]);
}
