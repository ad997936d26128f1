/**
 * The few words of WebAssembly (core specification 2.0, binary format) that `kernels.ts` is written in. Code is a flat list of
 * bytes; an instruction with operands is a function that gives its bytes.
 */

/** Bytes of instructions, nested as it is convenient. */
export type Code = readonly (number | Code)[];

/** One exported function: i32 parameters, then locals, no result. */
export interface KernelSource {
  readonly name: string;
  readonly parameters: number;
  readonly i32Locals: number;
  readonly v128Locals: number;
  readonly body: Code;
}

const I32 = 0x7f;
const V128 = 0x7b;
const NOTHING = 0x40;

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: number): number[] {
  const rest = value >> 7;
  const done = (rest === 0 && !(value & 0x40)) || (rest === -1 && (value & 0x40) !== 0);
  return done ? [value & 0x7f] : [(value & 0x7f) | 0x80, ...signed(rest)];
}

const simd = (opcode: number) => [0xfd, ...unsigned(opcode)];
/** Memory operand: no promise of alignment, a constant offset. */
const at = (offset: number) => [0, ...unsigned(offset)];

export const get = (local: number): Code => [0x20, local];
export const set = (local: number): Code => [0x21, local];
export const constant = (value: number): Code => [0x41, ...signed(value)];
export const add: Code = [0x6a];
export const multiply: Code = [0x6c];

/** `local += code`. */
export const increase = (local: number, by: Code): Code => [get(local), by, add, set(local)];

/** Runs `body` while `counter` goes from 0 to `limit` (exclusive, at least one turn) by `step`. */
export const repeat = (counter: number, limit: Code, step: number, body: Code): Code => [
  [constant(0), set(counter)],
  [0x03, NOTHING],
  body,
  increase(counter, constant(step)),
  [get(counter), limit, 0x48], // i32.lt_s
  [0x0d, 0], // br_if to the loop
  0x0b,
];

export const storeI32 = (offset: number): Code => [0x36, at(offset)];
export const storeF32 = (offset: number): Code => [0x38, at(offset)];
export const addF32: Code = [0x92];

export const v128 = {
  load: (offset = 0): Code => [simd(0x00), at(offset)],
  /** 8 bytes, the rest zero. */
  load8: (offset = 0): Code => [simd(0x5d), at(offset)],
  splat16: (offset = 0): Code => [simd(0x08), at(offset)],
  splat32: (offset = 0): Code => [simd(0x09), at(offset)],
  store16: (lane: number): Code => [simd(0x59), at(0), lane],
  store64: (lane: number): Code => [simd(0x5b), at(0), lane],
  zero: [simd(0x0c), new Array<number>(16).fill(0)] as Code,
  shuffle: (lanes: readonly number[]): Code => [simd(0x0d), lanes],
};

export const i8x16 = { narrowUnsigned: simd(0x66) as Code };
export const i16x8 = {
  narrow: simd(0x85) as Code,
  extendMultiplyLow: simd(0x9c) as Code,
  extendMultiplyHigh: simd(0x9d) as Code,
};
export const i32x4 = {
  splat: simd(0x11) as Code,
  add: simd(0xae) as Code,
  shiftRight: simd(0xac) as Code,
  dot: simd(0xba) as Code,
  addPairs: simd(0x7e) as Code,
  extendMultiplyLow: simd(0xbc) as Code,
  extendMultiplyHigh: simd(0xbd) as Code,
  lane: (lane: number): Code => [simd(0x1b), lane],
};
export const f32x4 = {
  add: simd(0xe4) as Code,
  multiply: simd(0xe6) as Code,
  lane: (lane: number): Code => [simd(0x1f), lane],
};

function flatten(code: Code, into: number[] = []): number[] {
  for (const part of code) {
    if (typeof part === 'number') into.push(part);
    else flatten(part, into);
  }
  return into;
}

const vector = (parts: readonly (readonly number[])[]) => [...unsigned(parts.length), ...parts.flat()];
const section = (id: number, bytes: readonly number[]) => [id, ...unsigned(bytes.length), ...bytes];
const name = (text: string) => vector([...text].map((c) => [c.charCodeAt(0)]));

/** A module that imports its memory as `env.memory` and exports the kernels. */
export function writeModule(kernels: readonly KernelSource[], memoryPages: number): Uint8Array<ArrayBuffer> {
  const types = kernels.map((kernel) => [0x60, ...vector(Array(kernel.parameters).fill([I32])), 0]);
  const memory = [...name('env'), ...name('memory'), 0x02, 0x00, ...unsigned(memoryPages)];
  const bodies = kernels.map(({ i32Locals, v128Locals, body }) => {
    const locals = vector([
      [...unsigned(i32Locals), I32],
      [...unsigned(v128Locals), V128],
    ]);
    const code = [...locals, ...flatten(body), 0x0b];
    return [...unsigned(code.length), ...code];
  });
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector(types)),
    ...section(2, vector([memory])),
    ...section(3, vector(kernels.map((_, i) => unsigned(i)))),
    ...section(7, vector(kernels.map((kernel, i) => [...name(kernel.name), 0x00, ...unsigned(i)]))),
    ...section(10, vector(bodies)),
  ]);
}
