import type { Iscc, IsccUnit, IsccUnitType } from '../../../domain/iscc.ts';
import { InputError } from '../../../errors.ts';
import { decodeBase32, encodeBase32 } from './base32.ts';

// Header of an ISCC: four numbers of four bits each: main type, sub type, version, length. Numbers above 7 would take
// more room, but no type of version 0 has them.
const META = 0;
const SEMANTIC = 1;
const CONTENT = 2;
const DATA = 3;
const INSTANCE = 4;
const COMPOSITE = 5;

/** Sub types of content, by number. The number 4 is mixed content, which has no unit here. */
const CONTENT_TYPES: readonly IsccUnitType[] = ['text', 'image', 'audio', 'video'];
/** Sub types of an ISCC-CODE without content: data and instance alone, or with a Meta-Code. */
const SUM = 5;
const NONE = 6;
/** Bits of a unit within an ISCC-CODE. */
const COMPOSITE_BYTES = 8;
const HEADER_BYTES = 2;

/** A unit on its own, e.g. `ISCC:EEA…`. Writes the first `bits` of its body: 32…256, a multiple of 32. */
export function encodeUnit(unit: IsccUnit, bits: number = unit.body.length * 8): Iscc {
  if (bits % 32 !== 0 || bits < 32 || bits > unit.body.length * 8) throw new RangeError(`${bits} bits`);
  const [main, sub] = typesOf(unit.type);
  return write(main, sub, bits / 32 - 1, [unit.body.subarray(0, bits / 8)]);
}

/**
 * The ISCC-CODE of some units: 64 bits of each under one header. Takes at most one Meta-Code and one content unit,
 * and needs Data-Code and Instance-Code. Throws `RangeError` otherwise: a mistake of the program.
 */
export function encodeComposite(units: readonly IsccUnit[]): Iscc {
  const sorted = units.map((unit) => ({ unit, types: typesOf(unit.type) }));
  sorted.sort((a, b) => a.types[0] - b.types[0]);
  const mains = sorted.map(({ types }) => types[0]);
  if (new Set(mains).size !== mains.length) throw new RangeError('two units of one main type');
  if (!mains.includes(DATA) || !mains.includes(INSTANCE)) throw new RangeError('no Data- or Instance-Code');
  if (units.some(({ body }) => body.length < COMPOSITE_BYTES)) throw new RangeError('a unit below 64 bits');
  const content = sorted.find(({ types }) => types[0] === CONTENT);
  const sub = content?.types[1] ?? (mains.includes(META) ? NONE : SUM);
  const parts = (mains.includes(META) ? 4 : 0) + (content ? 1 : 0);
  const bodies = sorted.map(({ unit }) => unit.body.subarray(0, COMPOSITE_BYTES));
  return write(COMPOSITE, sub, parts, bodies);
}

/**
 * Units of an ISCC as people write it: a unit, or an ISCC-CODE; `ISCC:` may be missing, case does not matter. Units
 * that we do not compute (semantic) are left out of an ISCC-CODE.
 *
 * Throws `invalid_request` when it is neither, and for a unit of a kind that is not computed here.
 */
export function decodeIscc(text: string): IsccUnit[] {
  const bytes = decodeBase32(text.trim().replace(/^iscc:/i, ''));
  if (bytes === null || bytes.length < HEADER_BYTES + 4) throw refuse('it is not base 32, or too short');
  const [main, sub, version, length] = [bytes[0]! >>> 4, bytes[0]! & 15, bytes[1]! >>> 4, bytes[1]! & 15];
  if (version !== 0) throw refuse(`its version is ${version}, only 0 is known`);
  const body = bytes.subarray(HEADER_BYTES);
  return main === COMPOSITE ? splitComposite(sub, length, body) : [readUnit(main, sub, length, body)];
}

function readUnit(main: number, sub: number, length: number, body: Uint8Array): IsccUnit {
  const type = typeOf(main, sub);
  if (type === null) throw refuse('its kind of unit is not computed here');
  if (length > 7 || body.length !== (length + 1) * 4) {
    throw refuse(`its header says ${(length + 1) * 32} bits, it has ${body.length * 8}`);
  }
  return { type, body };
}

function splitComposite(sub: number, length: number, body: Uint8Array): IsccUnit[] {
  const mains = [
    ...(length & 4 ? [META] : []),
    ...(length & 2 ? [SEMANTIC] : []),
    ...(length & 1 ? [CONTENT] : []),
    DATA,
    INSTANCE,
  ];
  if (length > 7 || sub > NONE || body.length !== mains.length * COMPOSITE_BYTES) {
    throw refuse('its header and its length do not agree');
  }
  return mains.flatMap((main, i) => {
    const type = typeOf(main, main === CONTENT ? sub : 0);
    const part = body.subarray(i * COMPOSITE_BYTES, (i + 1) * COMPOSITE_BYTES);
    return type === null ? [] : [{ type, body: part }];
  });
}

function write(main: number, sub: number, length: number, bodies: readonly Uint8Array[]): Iscc {
  const bytes = [(main << 4) | sub, length, ...bodies.flatMap((body) => [...body])];
  return `ISCC:${encodeBase32(Uint8Array.from(bytes))}`;
}

function typesOf(type: IsccUnitType): [main: number, sub: number] {
  if (type === 'meta') return [META, 0];
  if (type === 'data') return [DATA, 0];
  if (type === 'instance') return [INSTANCE, 0];
  return [CONTENT, CONTENT_TYPES.indexOf(type)];
}

function typeOf(main: number, sub: number): IsccUnitType | null {
  if (main === CONTENT) return CONTENT_TYPES[sub] ?? null;
  if (sub !== 0) return null;
  return main === META ? 'meta' : main === DATA ? 'data' : main === INSTANCE ? 'instance' : null;
}

function refuse(why: string): InputError {
  return new InputError('invalid_request', `this is not an ISCC that can be looked up: ${why}`);
}
