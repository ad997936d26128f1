import { readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type * as Usearch from 'usearch';
import type { Digest } from '../domain/digest.ts';
import { VECTOR_DIMENSIONS } from '../domain/fingerprint.ts';
import type { WorkId } from '../domain/ids.ts';
import { UpstreamError } from '../errors.ts';
import type { IndexEntry, LongWorkSearch, Neighbour } from '../pipeline/match/index.ts';

// Its ES module entry calls itself for ever under `node -e`; the CommonJS entry does not.
const usearch = createRequire(import.meta.url)('usearch') as typeof Usearch;

/**
 * Keys of vectors are `slot * 64 + segment`; a slot is given once and never again. A work with more vectors takes as
 * many slots in a row as it needs.
 */
const SEGMENTS = 64n;
const FORMAT = 'colophon-index/1';
/** Vectors added before others get their turn; some tens of milliseconds in a large index. */
const STEP = 32;

/** A vector index in this process that can be written to disk. */
export interface VectorIndex extends LongWorkSearch {
  /** Writes a snapshot (`path` and `path.json`). Throws `UpstreamError('disk_full')` when it cannot. */
  save(path: string): Promise<void>;
}

/** Which index to open. */
export interface VectorIndexOptions {
  /** A snapshot written by `save`; without it, or when it does not fit, the index starts empty. */
  readonly path?: string;
  /** Vectors of one model cannot be compared with those of another. */
  readonly modelDigest: Digest;
}

/** Names beside the graph: which work a slot belongs to. */
interface Directory {
  readonly format: typeof FORMAT;
  readonly modelDigest: Digest;
  readonly highWaterMark: number;
  readonly nextSlot: number;
  readonly graphBytes: number;
  /** Work, slot, position, number of vectors. */
  readonly works: readonly (readonly [WorkId, number, number, number])[];
}

/**
 * Opens the index: HNSW over int8 vectors by cosine (usearch), from its snapshot where that is whole and of the
 * same model. It is a projection: the caller adds the print store's changes above `highWaterMark`, and a lost or
 * damaged snapshot costs only the time of adding all of them.
 */
export async function openVectorIndex(options: VectorIndexOptions): Promise<VectorIndex> {
  const graph = new usearch.Index({
    dimensions: VECTOR_DIMENSIONS,
    metric: usearch.MetricKind.Cos,
    quantization: usearch.ScalarKind.I8,
    connectivity: 16,
    expansion_add: 128,
    expansion_search: 192,
    multi: false,
  });
  const directory = options.path ? await readDirectory(options.path, options.modelDigest) : undefined;
  if (directory && options.path) graph.load(options.path);
  return makeIndex(graph, options.modelDigest, directory);
}

interface Slot {
  readonly slot: number;
  readonly position: number;
  readonly count: number;
}

function makeIndex(graph: Usearch.Index, modelDigest: Digest, from: Directory | undefined): VectorIndex {
  const slots = new Map<WorkId, Slot>();
  const works = new Map<number, Place>();
  const place = (workId: WorkId, first: number, count: number) => {
    for (let slot = first; slot < first + slotsOf(count); slot++) works.set(slot, { workId, first });
  };
  for (const [workId, slot, position, count] of from?.works ?? []) {
    slots.set(workId, { slot, position, count });
    place(workId, slot, count);
  }
  let mark = from?.highWaterMark ?? 0;
  let nextSlot = from?.nextSlot ?? 0;

  const drop = (workId: WorkId) => {
    const held = slots.get(workId);
    if (!held) return;
    graph.remove(keysOf(held.slot, held.count));
    slots.delete(workId);
    for (let slot = held.slot; slot < held.slot + slotsOf(held.count); slot++) works.delete(slot);
  };
  return {
    get size() {
      return graph.size();
    },
    get highWaterMark() {
      return mark;
    },
    add(entry: IndexEntry) {
      mark = Math.max(mark, entry.position);
      if (slots.get(entry.workId)?.position === entry.position) return;
      drop(entry.workId);
      if (entry.vectors.length === 0) return;
      const slot = nextSlot;
      nextSlot += slotsOf(entry.vectors.length);
      graph.add(keysOf(slot, entry.vectors.length), concat(entry.vectors), 1);
      slots.set(entry.workId, { slot, position: entry.position, count: entry.vectors.length });
      place(entry.workId, slot, entry.vectors.length);
    },
    async addInTurns(entry) {
      const { workId, position, vectors } = entry;
      if (slots.get(workId)?.position === position) {
        mark = Math.max(mark, position);
        return;
      }
      drop(workId);
      const slot = nextSlot;
      nextSlot += slotsOf(vectors.length);
      // A search or a snapshot in between meets vectors of slots that stand for nothing yet, and passes them by.
      for (let from = 0; from < vectors.length; from += STEP) {
        const step = vectors.slice(from, from + STEP);
        graph.add(keysOf(slot, step.length, from), concat(step), 1);
        await new Promise((resolve) => setImmediate(resolve));
      }
      mark = Math.max(mark, position);
      if (vectors.length === 0) return;
      slots.set(workId, { slot, position, count: vectors.length });
      place(workId, slot, vectors.length);
    },
    remove(workId, position = 0) {
      mark = Math.max(mark, position);
      drop(workId);
    },
    query(vectors, count) {
      if (vectors.length === 0) return [];
      if (graph.size() === 0) return vectors.map(() => []);
      const found = graph.search(concat(vectors), count, 1);
      return vectors.map((_, i) => neighbours(found, i, works));
    },
    async save(path) {
      const list = [...slots].map(([id, held]) => [id, held.slot, held.position, held.count] as const);
      const head = { format: FORMAT, modelDigest, highWaterMark: mark, nextSlot, works: list } as const;
      await writeSnapshot(graph, path, head);
    },
  };
}

/** The work behind a slot, and the first of its slots. */
interface Place {
  readonly workId: WorkId;
  readonly first: number;
}

function slotsOf(count: number): number {
  return Math.max(1, Math.ceil(count / Number(SEGMENTS)));
}

function keysOf(slot: number, count: number, from = 0): BigUint64Array {
  return BigUint64Array.from({ length: count }, (_, i) => BigInt(slot) * SEGMENTS + BigInt(from + i));
}

function concat(vectors: readonly Int8Array[]): Int8Array {
  const out = new Int8Array(vectors.length * VECTOR_DIMENSIONS);
  vectors.forEach((vector, i) => {
    out.set(vector, i * VECTOR_DIMENSIONS);
  });
  return out;
}

function neighbours(
  found: Usearch.Matches | Usearch.BatchMatches,
  i: number,
  works: ReadonlyMap<number, Place>,
): Neighbour[] {
  const { keys, distances } = 'get' in found ? found.get(i) : found;
  const out: Neighbour[] = [];
  keys.forEach((key, k) => {
    const place = works.get(Number(key / SEGMENTS));
    if (!place) return;
    const segment = Number(key - BigInt(place.first) * SEGMENTS);
    out.push({ workId: place.workId, segment, similarity: 1 - distances[k]! });
  });
  return out;
}

async function writeSnapshot(
  graph: Usearch.Index,
  path: string,
  head: Omit<Directory, 'graphBytes'>,
): Promise<void> {
  try {
    // The directory goes first and comes back last: a crash between leaves no snapshot rather than a false one.
    await rm(`${path}.json`, { force: true });
    graph.save(`${path}.new`);
    const { size } = await stat(`${path}.new`);
    await rename(`${path}.new`, path);
    await writeFile(`${path}.json.new`, JSON.stringify({ ...head, graphBytes: size }));
    await rename(`${path}.json.new`, `${path}.json`);
  } catch (cause) {
    throw new UpstreamError('disk_full', 'the snapshot of the vector index cannot be written', { cause });
  }
}

async function readDirectory(path: string, modelDigest: Digest): Promise<Directory | undefined> {
  try {
    const directory = JSON.parse(await readFile(`${path}.json`, 'utf8')) as Directory;
    const { size } = await stat(path);
    const fits = directory.format === FORMAT && directory.modelDigest === modelDigest;
    return fits && directory.graphBytes === size ? directory : undefined;
  } catch {
    return undefined; // no snapshot, or half of one: the print store has everything
  }
}
