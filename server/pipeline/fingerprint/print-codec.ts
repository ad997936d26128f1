import { isDigest } from '../../domain/digest.ts';
import type { LocalMap, Print, PrintSegment, Sketch } from '../../domain/fingerprint.ts';
import { VECTOR_DIMENSIONS } from '../../domain/fingerprint.ts';
import type { Box, Medium } from '../../domain/media.ts';
import { InputError } from '../../errors.ts';

const FORMAT = 'colophon-print/1';
const STEPS = 65535;
const MEDIA: readonly Medium[] = ['image', 'video', 'audio', 'text'];
const MAX_SEGMENTS = 4096;

/**
 * A print as canonical JSON text: fixed key order, no spaces, boxes as four integers in 1/65535, int8 arrays as
 * base64. Equal prints give equal text, so its digest may stand for it.
 */
export function encodePrint(print: Print): string {
  return JSON.stringify({
    format: FORMAT,
    medium: print.medium,
    modelDigest: print.modelDigest,
    lowInformation: print.lowInformation,
    segments: print.segments.map(({ box, code, vector }) => ({
      box: [box.x, box.y, box.width, box.height].map((fraction) => Math.round(fraction * STEPS)),
      code,
      vector: toBase64(vector),
    })),
    local: print.local && {
      columns: print.local.columns,
      rows: print.local.rows,
      dimensions: print.local.dimensions,
      data: toBase64(print.local.data),
    },
    sketch: print.sketch ? { side: print.sketch.side, luma: toBase64(print.sketch.luma) } : null,
  });
}

/** The inverse of `encodePrint`. Throws `InputError('invalid_bundle')` on anything that it would not have written. */
export function decodePrint(text: string): Print {
  const value = parseObject(text);
  const { format, medium, modelDigest, lowInformation, segments, local, sketch } = value;
  if (format !== FORMAT) throw refuse(`format is not ${FORMAT}`);
  if (!MEDIA.includes(medium as Medium)) throw refuse('unknown medium');
  if (!isDigest(modelDigest)) throw refuse('modelDigest is not a digest');
  if (typeof lowInformation !== 'boolean') throw refuse('lowInformation is not a boolean');
  if (!Array.isArray(segments) || segments.length > MAX_SEGMENTS) throw refuse('segments is not a list');
  return {
    medium: medium as Medium,
    modelDigest,
    lowInformation,
    segments: segments.map(readSegment),
    local: local === null ? null : readLocal(local),
    ...(sketch === null ? {} : { sketch: readSketch(sketch) }),
  };
}

function readSegment(value: unknown): PrintSegment {
  if (!isObject(value)) throw refuse('a segment is not an object');
  if (!isDigest(value['code'])) throw refuse('a code is not 32 bytes');
  return {
    box: readBox(value['box']),
    code: value['code'],
    vector: fromBase64(value['vector'], VECTOR_DIMENSIONS),
  };
}

function readBox(value: unknown): Box {
  if (!Array.isArray(value) || value.length !== 4 || !value.every(Number.isInteger)) {
    throw refuse('a box is not four integers');
  }
  const [x, y, width, height] = value as [number, number, number, number];
  if (Math.min(x, y, width, height) < 0 || x + width > STEPS || y + height > STEPS) {
    throw refuse('a box reaches beyond the picture');
  }
  return { x: x / STEPS, y: y / STEPS, width: width / STEPS, height: height / STEPS };
}

function readLocal(value: unknown): LocalMap {
  if (!isObject(value)) throw refuse('local is not an object');
  const { columns, rows, dimensions, data } = value as Record<string, number | unknown>;
  for (const count of [columns, rows, dimensions]) {
    if (!Number.isInteger(count) || Number(count) < 1 || Number(count) > 4096)
      throw refuse('a size of local');
  }
  const length = Number(columns) * Number(rows) * Number(dimensions);
  return {
    columns: Number(columns),
    rows: Number(rows),
    dimensions: Number(dimensions),
    data: fromBase64(data, length),
  };
}

function readSketch(value: unknown): Sketch {
  if (!isObject(value)) throw refuse('sketch is not an object');
  const side = Number(value['side']);
  if (!Number.isInteger(side) || side < 1 || side > 1024) throw refuse('the side of the sketch');
  return { side, luma: Uint8Array.from(fromBase64(value['luma'], side * side)) };
}

function parseObject(text: string): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new InputError('invalid_bundle', 'the print is not JSON', { cause });
  }
  if (!isObject(value)) throw refuse('it is not an object');
  return value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Base64 of bytes; `btoa` because browsers run this too. */
export function toBase64(values: Int8Array | Uint8Array): string {
  let binary = '';
  for (const value of values) binary += String.fromCharCode(value & 0xff);
  return btoa(binary);
}

function fromBase64(value: unknown, length: number): Int8Array {
  if (typeof value !== 'string' || value.length !== Math.ceil(length / 3) * 4) {
    throw refuse(`${length} bytes of base64 are missing`);
  }
  let binary: string;
  try {
    binary = atob(value);
  } catch (cause) {
    throw new InputError('invalid_bundle', 'the print holds text that is not base64', { cause });
  }
  if (binary.length !== length) throw refuse(`${length} bytes of base64 are missing`);
  const out = new Int8Array(length);
  for (let i = 0; i < length; i++) out[i] = binary.charCodeAt(i);
  return out;
}

function refuse(detail: string): InputError {
  return new InputError('invalid_bundle', `the print is not well formed: ${detail}`);
}
