import { WHOLE } from '../../server/domain/media.ts';
import type { PickedFile } from './console-steps.ts';
import { drawPicture, mirroredCrop } from './sample-pictures.ts';
import { type Stub, sha256 } from './stub-service.ts';

/** The part of the original that the copy shows. */
export const COPIED = { x: 0.2, y: 0.3, width: 0.5, height: 0.5 };

/** A picture for the file picker. */
export function asFile(name: string, buffer: Buffer): PickedFile {
  return { name, mimeType: name.endsWith('.jpg') ? 'image/jpeg' : 'image/png', buffer };
}

/** An original and a mirrored cut-out of it, the latter told to the stub as a copy of the former. */
export async function makeKnownCopy(stub: Stub): Promise<{ original: PickedFile; copy: PickedFile }> {
  const original = await drawPicture(7);
  const copy = await mirroredCrop(original, COPIED);
  stub.state.copies.set(sha256(copy), {
    of: sha256(original),
    similarity: 0.93,
    probability: 0.9871,
    querySegment: 0,
    workSegment: 3,
    queryBox: WHOLE,
    workBox: COPIED,
    // The left edge of the copy is the right edge of the cut-out.
    transform: { a: -0.5, b: 0, c: 0.7, d: 0, e: 0.5, f: 0.3 },
    mirrored: true,
    reasons: [
      { kind: 'code', hammingDistance: 41, detail: 'Best pair: whole file with segment 3 of the work.' },
      {
        kind: 'embedding',
        similarity: 0.93,
        normalized: 7.2,
        detail: '7.2 deviations above unrelated works.',
      },
      {
        kind: 'geometry',
        inliers: 168,
        tentative: 201,
        detail: '168 of 201 places lie where one copy of the other would have them',
      },
    ],
  });
  return {
    original: asFile('harbour_at_dusk.png', original),
    copy: asFile('seen-on-a-poster-shop.jpg', copy),
  };
}
