import { open } from 'node:fs/promises';
import { hasControlBytes } from '../has-control-bytes.ts';

/** Brands of ISO files that hold pictures (HEIF, AVIF), which FFmpeg would take for films of one frame. */
const PICTURES = /^(heic|heix|hevc|heim|heis|mif1|msf1|avif|avis)/;
const HEAD = 400;

/** Whether a file begins as a container that may hold a video: a claim to look into, not a promise. */
export async function looksLikeContainer(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return isContainer(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function isContainer(head: Buffer): boolean {
  if (!hasControlBytes(head)) return false;
  const at = (from: number, to: number) => head.toString('latin1', from, to);
  const hex = head.toString('hex', 0, 4);
  if (at(4, 8) === 'ftyp') return !PICTURES.test(at(8, 12));
  // Old QuickTime files have no brand; EBML is Matroska and WebM; then Ogg, FLV, IVF, ASF, MPEG program streams.
  if (['moov', 'mdat', 'wide', 'free', 'skip'].includes(at(4, 8))) return true;
  if (['1a45dfa3', '4f676753', '3026b275', '000001ba', '000001b3'].includes(hex)) return true;
  if (at(0, 4) === 'DKIF' || (at(0, 3) === 'FLV' && head[3]! < 8)) return true;
  if (at(0, 4) === 'RIFF') return at(8, 12) === 'AVI ';
  if (hex === '00000001') return isParameterSet(head[4] ?? 0);
  // Transport streams: a sync byte at the head of every packet.
  return head.length > 376 && head[0] === 0x47 && head[188] === 0x47 && head[376] === 0x47;
}

/** A bare stream of H.264 or HEVC begins with a delimiter or with its parameters. */
function isParameterSet(header: number): boolean {
  return [7, 9].includes(header & 0x9f) || [32, 33, 35].includes(header >> 1);
}
