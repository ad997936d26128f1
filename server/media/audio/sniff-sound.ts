import { open } from 'node:fs/promises';
import { hasControlBytes } from '../has-control-bytes.ts';

const HEAD = 64;
/** First bytes of the formats that are told by a word at their start. */
const WORDS = ['fLaC', 'OggS', 'ID3', 'caff', '.snd', 'wvpk', 'MAC ', 'MPCK', 'MP+', 'TTA1', 'DSD '];

/** Whether a file begins as one that may hold sound: a claim to look into, not a promise. */
export async function looksLikeSound(path: string): Promise<boolean> {
  const file = await open(path).catch(() => null);
  if (!file) return false;
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    return isSound(buffer.subarray(0, bytesRead));
  } finally {
    await file.close();
  }
}

function isSound(head: Buffer): boolean {
  const at = (from: number, to: number) => head.toString('latin1', from, to);
  if (at(0, 5) === '#!AMR') return true;
  if (WORDS.some((word) => at(0, word.length) === word)) return hasControlBytes(head);
  if (['RIFF', 'RF64'].includes(at(0, 4))) return at(8, 12) === 'WAVE';
  if (at(0, 4) === 'FORM') return ['AIFF', 'AIFC'].includes(at(8, 12));
  if (at(4, 8) === 'ftyp') return true;
  // EBML is Matroska and WebM; ASF holds WMA; AC-3.
  if (
    ['1a45dfa3', '3026b275'].includes(head.toString('hex', 0, 4)) ||
    head.toString('hex', 0, 2) === '0b77'
  ) {
    return true;
  }
  return isMpegFrame(head);
}

/**
 * A frame header of MPEG audio (layer II or III) or ADTS: eleven bits set, and no value that does not exist. Layer I
 * would begin like text in UTF-16.
 */
function isMpegFrame(head: Buffer): boolean {
  if (head.length < 4 || head[0] !== 0xff || (head[1]! & 0xe0) !== 0xe0) return false;
  const layer = (head[1]! >> 1) & 3;
  if (layer === 0) return (head[1]! & 0xf0) === 0xf0 && ((head[2]! >> 2) & 15) < 13;
  const [version, bitRate, rate] = [(head[1]! >> 3) & 3, head[2]! >> 4, (head[2]! >> 2) & 3];
  return layer !== 3 && version !== 1 && bitRate !== 15 && rate !== 3;
}
