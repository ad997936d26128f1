import type { FullPicture } from './image-pixels.ts';

/** What ISCC units are made of, read from a file on disk. Implemented by `server/media/`. */
export interface IsccSource {
  /** The file, piece by piece. Throws `UpstreamError('content_unavailable')`. */
  readBytes(path: string): AsyncIterable<Uint8Array>;
  /** The picture at full size. Throws `InputError` as `ImageDecoder.decode`. */
  readPicture(path: string): Promise<FullPicture>;
  /** MPEG-7 signatures of five frames a second, 380 values each. Throws `InputError` as `VideoDecoder.sample`. */
  readFrameSignatures(path: string): AsyncIterable<Uint8Array>;
  /** Chromaprint of the whole sound; empty when it is too short for one. Throws `InputError` as `AudioDecoder.read`. */
  readChromaprint(path: string): Promise<readonly number[]>;
}
