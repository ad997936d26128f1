import { createDataHasher } from './data-code.ts';
import { createInstanceHasher } from './instance-code.ts';

/** Bodies of the two units that are made from the bytes of a file. */
export interface ByteCodes {
  readonly data: Uint8Array;
  readonly instance: Uint8Array;
}

/** Data-Code and Instance-Code of a file that comes in pieces; memory is constant. */
export async function hashBytes(pieces: AsyncIterable<Uint8Array>): Promise<ByteCodes> {
  const data = createDataHasher();
  const instance = createInstanceHasher();
  for await (const piece of pieces) {
    data.push(piece);
    instance.push(piece);
  }
  return { data: data.finish(), instance: instance.finish() };
}
