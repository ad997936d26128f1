/** Claims about a file in the user's hands: its bytes, and what it looks like. */
import { type Digest, toHex, ZERO_DIGEST } from '../../../server/domain/digest.ts';
import { hammingDistance } from '../../../server/domain/records/index.ts';
import type { ClaimResult } from './claims.ts';
import { type Recomputed, recomputePrint } from './recompute.ts';

// Two decoders and two resizing filters move few of the 256 bits of the same picture; copies that were edited differ
// in about 40, unrelated pictures in about 128.
const SAME_PICTURE_BITS = 16;
const OTHER_PICTURE_BITS = 64;

/** What a record says of a file. */
export interface FileFacts {
  readonly contentHash: Digest;
  readonly code: Digest;
  readonly modelDigest: Digest;
}

/** SHA-256 by the browser's own cryptography. */
export async function hashFile(file: Blob): Promise<Digest> {
  return toHex(new Uint8Array(await crypto.subtle.digest('SHA-256', await file.arrayBuffer())));
}

/** Whether the file's bytes are the ones that the record names. */
export async function checkBytes(file: File, facts: FileFacts, what: string): Promise<ClaimResult> {
  const hash = await hashFile(file);
  const same = hash === facts.contentHash;
  return {
    id: `${what}-bytes`,
    name: `${what === 'suspect' ? 'The copy' : 'The file'} is this one, byte for byte`,
    state: same ? 'true' : 'false',
    detail: same
      ? `SHA-256 of ${file.name}, computed here: ${hash}`
      : `${file.name} has the SHA-256 ${hash}, the proof names ${facts.contentHash}.`,
  };
}

/** Whether the file looks as the record says, by drawing its fingerprint anew with the record's model. */
export async function checkLook(
  file: File,
  facts: FileFacts,
  folder: string,
  what: string,
  onStep: (text: string) => void,
): Promise<ClaimResult> {
  const name = `${what === 'suspect' ? 'The copy' : 'The file'} looks as its fingerprint says`;
  const claim = (state: ClaimResult['state'], detail: string): ClaimResult => ({
    id: `${what}-look`,
    name,
    state,
    detail,
  });
  let made: Recomputed;
  try {
    made = await recomputePrint(file, folder, facts.modelDigest, onStep);
  } catch (error) {
    return claim('unknown', `Not recomputed: ${error instanceof Error ? error.message : error}`);
  }
  const code = made.print.segments[0]?.code ?? ZERO_DIGEST;
  if (facts.code === ZERO_DIGEST || code === ZERO_DIGEST) {
    const both = facts.code === code;
    return claim(
      both ? 'true' : 'unknown',
      both
        ? 'Recomputed here: near uniform, without a code, as recorded.'
        : 'Only one of record and file has a code here.',
    );
  }
  const bits = hammingDistance(facts.code, code);
  const decoder = made.resized
    ? 'The picture was decoded and made smaller by this browser, whose filter is not the registry’s.'
    : 'The picture was decoded by this browser in full size.';
  const detail = `Recomputed here with the recorded model: ${bits} of 256 bits differ from the recorded code. ${decoder}`;
  if (bits <= SAME_PICTURE_BITS) return claim('true', detail);
  return claim(bits >= OTHER_PICTURE_BITS ? 'false' : 'unknown', detail);
}
