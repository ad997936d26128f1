import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { AVERROR_EIO, AVERROR_EOF } from 'node-av/constants';

const HEAD = 16;
/** Boxes of an ISO file (MP4, MOV, M4A) that are walked at its top; films in fragments have thousands. */
const MOST_BOXES = 10_000;
const FIRST_BOXES = ['ftyp', 'moov', 'mdat', 'wide', 'free', 'skip'];
/** Major brands of ISO files that hold pictures, HEIF and AVIF: those have no index of tracks. */
const PICTURES = /^(hei[cxms]|mif1|avif)$/;
/** First bytes of Matroska and WebM, Ogg, FLAC. */
const STREAMS = ['1a45dfa3', '4f676753', '664c6143'];
/** Bytes within which these name their tracks, but for pictures of covers: of a longer file the damage may be another. */
const LONGEST_HEAD = 4096;

/**
 * Why a file that FFmpeg refused to open with `code` is plainly cut off, in a clause; null where it may be anything else.
 * Only its structure is looked at: parts that reach beyond its end, or an index that is not there.
 */
export function describeCutOff(path: string, code: number): string | null {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const head = readAt(file, 0);
    if (FIRST_BOXES.includes(head.toString('latin1', 4, 8))) return walkBoxes(file, size);
    if (['RIFF', 'FORM'].includes(head.toString('latin1', 0, 4)) && head.length >= 8) {
      const stated = 8 + (head[0] === 0x52 ? head.readUInt32LE(4) : head.readUInt32BE(4));
      return stated > size ? `of the ${stated} bytes that its head states, ${size} are there` : null;
    }
    const isHead = size <= LONGEST_HEAD && STREAMS.includes(head.toString('hex', 0, 4));
    return isHead && (code === AVERROR_EOF || code === AVERROR_EIO) ? 'it ends within its head' : null;
  } finally {
    closeSync(file);
  }
}

/** ISO/IEC 14496-12, 4.2: a box begins with its size (32 bits, or 64 after a 1) and its type of four letters. */
function walkBoxes(file: number, size: number): string | null {
  const missing = 'its index (“moov”), which stands at the end, is missing';
  let at = 0;
  for (let i = 0; i < MOST_BOXES && at < size; i++) {
    const head = readAt(file, at);
    if (head.length < 8) return missing;
    const type = head.toString('latin1', 4, 8);
    // What follows is no box: damage of another kind.
    if (!/^[\x20-\x7e\xa9]{4}$/.test(type)) return null;
    const short = head.readUInt32BE(0);
    if (short === 1 && head.length < 16) return missing;
    const length = short === 1 ? Number(head.readBigUInt64BE(8)) : short === 0 ? size - at : short;
    if (length < 8) return null;
    if (type === 'ftyp' && PICTURES.test(head.toString('latin1', 8, 12))) return null;
    if (type === 'moov') return at + length > size ? 'it ends within its index (“moov”)' : null;
    at += length;
  }
  return at >= size ? missing : null;
}

function readAt(file: number, position: number): Buffer {
  const head = Buffer.alloc(HEAD);
  return head.subarray(0, readSync(file, head, 0, HEAD, position));
}
