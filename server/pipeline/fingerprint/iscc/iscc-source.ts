import type { ByteCodes } from './hash-bytes.ts';
import type { FullPicture } from './image-pixels.ts';

/** What ISCC units are made of, read from a file on disk. Implemented by `server/media/`. */
export interface IsccSource {
  /** `hashBytes` over the file. Throws `UpstreamError('content_unavailable')`. */
  hashFile(path: string): Promise<ByteCodes>;
  /** The picture at full size. Throws `InputError` as `ImageDecoder.decode`. */
  readPicture(path: string): Promise<FullPicture>;
  /** MPEG-7 signatures of five frames a second, 380 values each. Throws `InputError` as `VideoDecoder.sample`. */
  readFrameSignatures(path: string): AsyncIterable<Uint8Array>;
  /** Chromaprint of the whole sound; empty when it is too short for one. Throws `InputError` as `AudioDecoder.read`. */
  readChromaprint(path: string): Promise<readonly number[]>;
}
