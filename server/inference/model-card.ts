import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { InternalError } from '../errors.ts';
import { EMBED_SIDE, FEATURE_CHANNELS, LOCAL_DIMENSIONS, LOCAL_GRID } from '../pipeline/fingerprint/index.ts';
import type { Calibration } from '../pipeline/match/index.ts';

/** What `scripts/calibrate/` writes into a card. */
export interface Thresholds {
  readonly version: string;
  readonly copyProbability: number;
  readonly reviewProbability: number;
  readonly calibration: Calibration;
}

/** `card.json` of a model folder, the parts that the service reads. */
export interface ModelCard {
  readonly name: string;
  readonly version: string;
  /** SHA-256 hex of every file of the folder but the card. */
  readonly files: Readonly<Record<string, string>>;
  readonly outputs: { readonly local: { readonly int8: { readonly zeroPoint: number } } };
  /** Absent until the model is calibrated. */
  readonly thresholds?: Thresholds;
}

/** Files without which nothing can be computed. */
const NEEDED = ['int8.onnx', 'head.bin', 'background.bin'] as const;

/** What no fingerprint needs; it may be absent, and it is four fifths of the bytes, so it is not read. */
const FLOAT_FILES: readonly string[] = ['fp32.onnx', 'head32.bin'];

/**
 * Reads the card of an image model and checks the files of the INT8 network against it. Throws `InternalError`:
 * `model_missing` when the folder, the card or a file is not there, `model_altered` when a digest differs or the card is
 * not for this program. `floats`: check the FP32 network too, for those who measure with it.
 */
export function readModelFolder(
  directory: string,
  { floats = false } = {},
): Promise<{ card: ModelCard; files: Map<string, Buffer> }> {
  return readDigestedFolder(directory, parseCard, floats ? [] : FLOAT_FILES);
}

/**
 * The same for any model: `parse` believes or refuses the card's text. Graphs are checked, not given back; the files
 * `unread` are neither.
 */
export async function readDigestedFolder<Card extends Pick<ModelCard, 'files'>>(
  directory: string,
  parse: (text: string) => Card,
  unread: readonly string[] = [],
): Promise<{ card: Card; files: Map<string, Buffer> }> {
  const card = parse((await readNeeded(directory, 'card.json')).toString('utf8'));
  const files = new Map<string, Buffer>();
  for (const [name, expected] of Object.entries(card.files)) {
    if (unread.includes(name)) continue;
    const bytes = await readNeeded(directory, name);
    const actual = createHash('sha256').update(bytes).digest('hex');
    if (actual !== expected) {
      throw new InternalError('model_altered', `${name} has the digest ${actual}, its card says ${expected}`);
    }
    // The graphs are read again by the runtime from their path; holding them here would double the memory.
    if (!name.endsWith('.onnx')) files.set(name, bytes);
  }
  return { card, files };
}

async function readNeeded(directory: string, name: string): Promise<Buffer> {
  try {
    return await readFile(join(directory, name));
  } catch (cause) {
    throw new InternalError('model_missing', `the model has no readable ${name}`, { cause });
  }
}

/** A card before it is believed. */
export interface RawCard {
  readonly name?: unknown;
  readonly version?: unknown;
  readonly files?: Readonly<Record<string, unknown>> | null;
  readonly input?: { readonly shape?: unknown };
  readonly outputs?: Partial<
    Record<string, { readonly shape?: unknown; readonly int8?: { readonly zeroPoint?: unknown } }>
  >;
}

function parseCard(text: string): ModelCard {
  const value = parseAnyCard(text, NEEDED);
  const side = EMBED_SIDE / 32;
  requireShape(value.input?.shape, [3, EMBED_SIDE, EMBED_SIDE]);
  requireShape(value.outputs?.features?.shape, [FEATURE_CHANNELS, side, side]);
  requireShape(value.outputs?.local?.shape, [LOCAL_DIMENSIONS, LOCAL_GRID, LOCAL_GRID]);
  if (!Number.isInteger(value.outputs?.local?.int8?.zeroPoint)) throw refuse('no zero point of local');
  return value as ModelCard;
}

function refuse(what: string): InternalError {
  return new InternalError('model_altered', `the card of the model: ${what}`);
}

/** What holds for every card: name, version, plain file names with digests, and the files `needed`. */
export function parseAnyCard(text: string, needed: readonly string[]): RawCard & Pick<ModelCard, 'files'> {
  let value: RawCard;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InternalError('model_altered', 'the card of the model is not JSON', { cause });
  }
  if (typeof value?.name !== 'string' || typeof value.version !== 'string')
    throw refuse('no name or version');
  if (typeof value.files !== 'object' || value.files === null) throw refuse('no list of files');
  for (const name of needed) if (!value.files[name]) throw refuse(`${name} is not listed`);
  for (const [name, digest] of Object.entries(value.files)) {
    // The names become paths: nothing but plain names may come from a file.
    if (!/^[a-zA-Z0-9][a-zA-Z0-9._-]*$/.test(name)) throw refuse('a file name is not plain');
    if (typeof digest !== 'string' || !/^[0-9a-f]{64}$/.test(digest)) throw refuse(`${name} has no SHA-256`);
  }
  return value as RawCard & Pick<ModelCard, 'files'>;
}

/** Throws `model_altered` unless a card's shape is N and then `expected`. */
export function requireShape(shape: unknown, expected: readonly number[]): void {
  const fits = Array.isArray(shape) && shape.slice(1).join() === expected.join();
  if (!fits) throw refuse(`a shape is not N,${expected.join()}`);
}
