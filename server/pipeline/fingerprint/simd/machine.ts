import { KERNELS } from './kernels.ts';
import { writeModule } from './wasm-module.ts';

/** The kernels with their memory. One a thread; a caller lays out its data from 0 and is done before anybody else comes. */
export interface Machine {
  dots(a: number, rows: number, count: number, length: number, out: number): void;
  columns(...operands: number[]): void;
  rows(...operands: number[]): void;
  correlate(block: number, query: number, rowBytes: number, across: number, down: number, out: number): void;
  products(a: number, rows: number, count: number, bytes: number, out: number): void;
  slide(...operands: number[]): void;
  /** Memory of at least so many bytes; views made before may be detached. */
  reserve(bytes: number): ArrayBuffer;
}

const PAGE = 65_536;
const PAGES = 64;
let machine: Machine | null | undefined;

/**
 * The machine of this thread; null where the engine has no WebAssembly with 128-bit vectors (every browser and Node has
 * since 2021): the same sums are then made in plain TypeScript, several times slower.
 */
export function simdMachine(): Machine | null {
  if (machine === undefined) machine = open();
  return machine;
}

function open(): Machine | null {
  try {
    const memory = new WebAssembly.Memory({ initial: PAGES });
    const module = new WebAssembly.Module(writeModule(KERNELS, PAGES));
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    return {
      ...(exports as unknown as Omit<Machine, 'reserve'>),
      reserve(bytes) {
        const missing = bytes - memory.buffer.byteLength;
        if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
        return memory.buffer as ArrayBuffer;
      },
    };
  } catch {
    return null;
  }
}
