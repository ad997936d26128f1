import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AffineTransform } from '../../server/domain/match.ts';
import type { Box } from '../../server/domain/media.ts';
import { InputError } from '../../server/errors.ts';

/** A registered picture of a suite. */
export interface SuiteReference {
  readonly id: string;
  readonly file: string;
  readonly source?: string;
}

/**
 * What samples of a calibration are for: to fit the weights, to choose the thresholds, to report. No picture and no family of
 * drawings is in two parts.
 */
export type Part = (typeof PARTS)[number];
export const PARTS = ['fit', 'choose', 'report'] as const;

/** A picture to ask about; `reference` is the id of what it copies, null for a stranger. */
export interface SuiteQuery {
  readonly id: string;
  readonly file: string;
  readonly reference: string | null;
  readonly edits: readonly string[];
  /** Where the query's points lie in the reference, when the maker of the suite knows. */
  readonly toReference?: AffineTransform;
  /** Part of the query that shows the reference. */
  readonly shown?: Box;
  /** What the query is for in a calibration. */
  readonly part?: Part;
}

/** `manifest.json` of a suite folder. */
export interface Suite {
  readonly suite: string;
  readonly references: readonly SuiteReference[];
  readonly queries: readonly SuiteQuery[];
}

/** Reads and checks a suite. Throws `InputError('invalid_request')` when the folder holds none. */
export async function readSuite(folder: string): Promise<Suite> {
  let value: unknown;
  try {
    value = JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8'));
  } catch (cause) {
    throw new InputError('invalid_request', `${folder} holds no readable manifest.json`, { cause });
  }
  const suite = value as Suite;
  const refuse = (what: string) => new InputError('invalid_request', `${folder}/manifest.json: ${what}`);
  if (typeof suite?.suite !== 'string') throw refuse('no name of a suite');
  if (!Array.isArray(suite.references) || suite.references.length === 0) throw refuse('no references');
  if (!Array.isArray(suite.queries) || suite.queries.length === 0) throw refuse('no queries');
  const known = new Set<string>();
  for (const { id, file } of suite.references) {
    if (typeof id !== 'string' || typeof file !== 'string') throw refuse('a reference without id or file');
    known.add(id);
  }
  for (const { id, file, reference, edits } of suite.queries) {
    if (typeof id !== 'string' || typeof file !== 'string') throw refuse('a query without id or file');
    if (!Array.isArray(edits)) throw refuse(`query ${id} names no edits`);
    if (reference !== null && !known.has(reference)) throw refuse(`query ${id} names an unknown reference`);
  }
  return suite;
}
