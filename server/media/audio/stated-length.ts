import { closeSync, openSync, readSync } from 'node:fs';

const ID3_HEAD = 10;
const MP3_HEAD = 2048;
const WAV_HEAD = 65_536;
/** Sample rates of MPEG audio by version (2.5, none, 2, 1) and index. */
const RATES: readonly (readonly number[])[] = [
  [11_025, 12_000, 8_000],
  [],
  [22_050, 24_000, 16_000],
  [44_100, 48_000, 32_000],
];
/** From here on sizes are what writers of a stream put in who do not know better. */
const UNKNOWN_SIZE = 0x7fff_0000;

/**
 * How long the header of an MP3 or WAV says that it is, in milliseconds; null where it says nothing, and for other
 * formats. FFmpeg disregards what they say where the file is shorter.
 */
export function statedLengthMs(path: string, format: string): number | null {
  if (format !== 'mp3' && format !== 'wav') return null;
  const file = openSync(path, 'r');
  try {
    if (format === 'wav') return readDataLength(readAt(file, 0, WAV_HEAD));
    const tag = readAt(file, 0, ID3_HEAD);
    const start = tag.toString('latin1', 0, 3) === 'ID3' ? ID3_HEAD + synchsafe(tag.subarray(6, 10)) : 0;
    return readFrameCount(readAt(file, start, MP3_HEAD));
  } finally {
    closeSync(file);
  }
}

/** The frames that a Xing or Info header counts; most encoders write one. */
function readFrameCount(head: Buffer): number | null {
  if (head.length < 200 || head[0] !== 0xff || (head[1]! & 0xe0) !== 0xe0) return null;
  const version = (head[1]! >> 3) & 3;
  const rate = RATES[version]![(head[2]! >> 2) & 3];
  const at = ['Xing', 'Info']
    .map((name) => head.indexOf(name, 0, 'latin1'))
    .find((found) => found > 0 && found < 60);
  if (rate === undefined || at === undefined || (head.readUInt32BE(at + 4) & 1) === 0) return null;
  const samples = version === 3 ? 1152 : 576;
  return (head.readUInt32BE(at + 8) * samples * 1000) / rate;
}

/** Size of the data chunk by the bytes a second of the format chunk. */
function readDataLength(head: Buffer): number | null {
  let bytesPerSecond = 0;
  for (let at = 12; at + 8 <= head.length; ) {
    const name = head.toString('latin1', at, at + 4);
    const size = head.readUInt32LE(at + 4);
    if (name === 'fmt ' && at + 20 <= head.length) bytesPerSecond = head.readUInt32LE(at + 16);
    if (name === 'data')
      return bytesPerSecond > 0 && size < UNKNOWN_SIZE ? (1000 * size) / bytesPerSecond : null;
    at += 8 + size + (size % 2);
  }
  return null;
}

/** Four bytes of seven bits each. */
function synchsafe(bytes: Buffer): number {
  return bytes.reduce((sum, byte) => sum * 128 + (byte & 0x7f), 0);
}

function readAt(file: number, position: number, count: number): Buffer {
  const buffer = Buffer.alloc(count);
  return buffer.subarray(0, readSync(file, buffer, 0, count, position));
}
