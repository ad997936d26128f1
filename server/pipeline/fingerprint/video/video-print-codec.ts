import { fromHex, toHex } from '../../../domain/digest.ts';
import { VECTOR_DIMENSIONS } from '../../../domain/fingerprint.ts';
import { InputError } from '../../../errors.ts';
import type { SpanPrint, VideoPrint } from './video-print.ts';

/** `CVP1`: magic, model digest, duration, number of spans, whole (288), then 296 bytes a span. Big-endian. */
const MAGIC = 0x43565031;
const HEAD_BYTES = 4 + 32 + 6 + 4;
const CODE_BYTES = 32;
const LOOK_BYTES = CODE_BYTES + VECTOR_DIMENSIONS;
const SPAN_BYTES = 4 + 4 + LOOK_BYTES;

/** A video print as bytes, 296 a stretch: about 1 MB an hour at one stretch a second. Equal prints, equal bytes. */
export function encodeVideoPrint(print: VideoPrint): Uint8Array {
  const { whole, spans } = print;
  const bytes = new Uint8Array(HEAD_BYTES + (whole ? LOOK_BYTES : 0) + spans.length * SPAN_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, MAGIC);
  bytes.set(fromHex(print.modelDigest), 4);
  view.setUint16(36, Math.floor(print.durationMs / 2 ** 32));
  view.setUint32(38, print.durationMs % 2 ** 32);
  view.setUint32(42, spans.length);
  let at = HEAD_BYTES;
  const writeLook = ({ code, vector }: Pick<SpanPrint, 'code' | 'vector'>) => {
    bytes.set(fromHex(code), at);
    bytes.set(new Uint8Array(vector.buffer, vector.byteOffset, vector.length), at + CODE_BYTES);
    at += LOOK_BYTES;
  };
  if (whole) writeLook(whole);
  for (const span of spans) {
    view.setUint32(at, span.startMs);
    view.setUint32(at + 4, span.endMs);
    at += 8;
    writeLook(span);
  }
  return bytes;
}

/** The inverse. Throws `InputError('invalid_bundle')` on bytes that `encodeVideoPrint` would not have written. */
export function decodeVideoPrint(bytes: Uint8Array): VideoPrint {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < HEAD_BYTES || view.getUint32(0) !== MAGIC) throw refuse('it is no video print');
  const count = view.getUint32(42);
  const wholeBytes = count > 0 ? LOOK_BYTES : 0;
  if (bytes.length !== HEAD_BYTES + wholeBytes + count * SPAN_BYTES) throw refuse('its length is not right');
  let at = HEAD_BYTES;
  // One buffer for all vectors: a buffer of its own costs each more than its bytes do.
  const vectors = new Int8Array(bytes);
  const readLook = () => {
    const code = toHex(bytes.subarray(at, at + CODE_BYTES));
    const vector = vectors.subarray(at + CODE_BYTES, at + LOOK_BYTES);
    at += LOOK_BYTES;
    return { code, vector };
  };
  const whole = count > 0 ? readLook() : null;
  const spans: SpanPrint[] = [];
  for (let i = 0; i < count; i++) {
    const startMs = view.getUint32(at);
    const endMs = view.getUint32(at + 4);
    if (endMs < startMs || startMs < (spans.at(-1)?.endMs ?? 0)) throw refuse('its spans are not in order');
    at += 8;
    spans.push({ startMs, endMs, ...readLook() });
  }
  return {
    medium: 'video',
    modelDigest: toHex(bytes.subarray(4, 36)),
    durationMs: view.getUint16(36) * 2 ** 32 + view.getUint32(38),
    lowInformation: count === 0,
    whole,
    spans,
  };
}

function refuse(detail: string): InputError {
  return new InputError('invalid_bundle', `the video print cannot be read: ${detail}`);
}
