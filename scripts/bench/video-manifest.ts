import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A true copied stretch, in seconds on both sides; `speed` below 0 runs backwards. */
export interface TrueSegment {
  readonly reference: string;
  readonly query: readonly [number, number];
  readonly source: readonly [number, number];
}

export interface BenchQuery {
  readonly id: string;
  readonly file: string;
  readonly edits: readonly string[];
  readonly segments: readonly TrueSegment[];
}

/** `manifest.json` of a bench folder of video or audio (docs/bench-format.md). Files are relative to the folder or absolute. */
export interface BenchManifest {
  readonly suite: string;
  readonly medium: 'video' | 'audio';
  /** `group`: figures are given for each besides. */
  readonly references: readonly { readonly id: string; readonly file: string; readonly group?: string }[];
  readonly queries: readonly BenchQuery[];
}

/** Reads the manifest of a folder and makes its files absolute. Throws with the first thing that is wrong. */
export function readManifest(directory: string, medium: BenchManifest['medium'] = 'video'): BenchManifest {
  const manifest = JSON.parse(readFileSync(join(directory, 'manifest.json'), 'utf8')) as BenchManifest;
  if (manifest.medium !== medium) throw new Error(`the manifest is of ${manifest.medium}, not of ${medium}`);
  const ids = new Set(manifest.references.map((reference) => reference.id));
  if (ids.size !== manifest.references.length) throw new Error('two references have one id');
  const queries = manifest.queries.map((q) => ({ ...q, edits: q.edits ?? [], segments: q.segments ?? [] }));
  for (const query of queries) {
    for (const { reference, query: at, source } of query.segments) {
      if (!ids.has(reference)) throw new Error(`${query.id}: no reference ${reference}`);
      if (!(at[1] > at[0] && source[1] > source[0])) throw new Error(`${query.id}: an empty segment`);
    }
  }
  const absolute = (file: string) => (file.startsWith('/') ? file : join(directory, file));
  return {
    ...manifest,
    references: manifest.references.map((r) => ({ ...r, file: absolute(r.file) })),
    queries: queries.map((q) => ({ ...q, file: absolute(q.file) })),
  };
}
