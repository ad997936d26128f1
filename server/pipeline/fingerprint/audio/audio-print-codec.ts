import { fromHex, toHex } from '../../../domain/digest.ts';
import { VECTOR_DIMENSIONS } from '../../../domain/fingerprint.ts';
import { InputError } from '../../../errors.ts';
import type { AudioPrint, AudioWindow } from './audio-print.ts';
import { SKETCH_BANDS } from './sketch.ts';

/** `CAP1`: magic, model digest, duration, numbers of windows and of sketch bytes; whole (288); 296 bytes a window; sketch. Big-endian. */
const MAGIC = 0x43415031;
const HEAD_BYTES = 4 + 32 + 6 + 4 + 4;
const CODE_BYTES = 32;
const LOOK_BYTES = CODE_BYTES + VECTOR_DIMENSIONS;
const WINDOW_BYTES = 4 + 4 + LOOK_BYTES;

/** An audio print as bytes, 828 a second (3 MB an hour). Equal prints, equal bytes. */
export function encodeAudioPrint(print: AudioPrint): Uint8Array {
  const { whole, windows, sketch } = print;
  const fixed = HEAD_BYTES + (whole ? LOOK_BYTES : 0) + windows.length * WINDOW_BYTES;
  const bytes = new Uint8Array(fixed + sketch.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  bytes.set(fromHex(print.modelDigest), 4);
  view.setUint16(36, Math.floor(print.durationMs / 2 ** 32));
  view.setUint32(38, print.durationMs % 2 ** 32);
  view.setUint32(42, windows.length);
  view.setUint32(46, sketch.length);
  let at = HEAD_BYTES;
  const writeLook = ({ code, vector }: Pick<AudioWindow, 'code' | 'vector'>) => {
    bytes.set(fromHex(code), at);
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), at + CODE_BYTES);
    at += LOOK_BYTES;
  };
  if (whole) writeLook(whole);
  for (const window of windows) {
    view.setUint32(at, window.startMs);
    view.setUint32(at + 4, window.endMs);
    at += 8;
    writeLook(window);
  }
  bytes.set(sketch, at);
  return bytes;
}

/** The inverse. Throws `InputError('invalid_bundle')` on bytes that `encodeAudioPrint` would not have written. */
export function decodeAudioPrint(bytes: Uint8Array): AudioPrint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint32(0) !== MAGIC) throw refuse('it is no audio print');
  const count = view.getUint32(42);
  const sketchBytes = view.getUint32(46);
  const wholeBytes = count > 0 ? LOOK_BYTES : 0;
  if (bytes.length !== HEAD_BYTES + wholeBytes + count * WINDOW_BYTES + sketchBytes) {
    throw refuse('its length is not right');
  }
  if (sketchBytes % SKETCH_BANDS !== 0) throw refuse('its sketch is cut');
  let at = HEAD_BYTES;
  const readLook = () => {
    const code = toHex(bytes.subarray(at, at + CODE_BYTES));
    const vector = new Int8Array(bytes.slice(at + CODE_BYTES, at + LOOK_BYTES).buffer);
    at += LOOK_BYTES;
    return { code, vector };
  };
  const whole = count > 0 ? readLook() : null;
  const windows: AudioWindow[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = view.getUint32(at);
    const endMs = view.getUint32(at + 4);
    if (endMs <= startMs || startMs <= (windows.at(-1)?.startMs ?? -1)) {
      throw refuse('its windows are not in order');
    }
    at += 8;
    windows.push({ startMs, endMs, ...readLook() });
  }
  return {
    medium: 'audio',
    modelDigest: toHex(bytes.subarray(4, 36)),
    durationMs: view.getUint16(36) * 2 ** 32 + view.getUint32(38),
    lowInformation: count === 0,
    whole,
    windows,
    sketch: bytes.slice(at),
  };
}

function refuse(detail: string): InputError {
  return new InputError('invalid_bundle', `the audio print cannot be read: ${detail}`);
}
