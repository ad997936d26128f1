import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CODEC_ID_PCM_S16LE,
  AV_SAMPLE_FMT_S16,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import { Dictionary, FFmpegError, FormatContext, Packet, Rational } from 'node-av/lib';
import { InputError, InternalError } from '../../errors.ts';
import type { Sound } from '../audio/open-sound.ts';
import { readSound } from '../audio/read-sound.ts';

/** Samples a second that Chromaprint works on; it would resample others itself, in another way than `fpcalc`. */
const RATE = 11_025;

/**
 * Writes the Chromaprint fingerprint of a whole sound track to a file, as FFmpeg's muxer of that name does: 32-bit
 * integers, little-endian, one for about an eighth of a second. Nothing where the sound lasts less than three seconds.
 * `onPiece` is called every few seconds of sound. Throws `unsupported_media` where FFmpeg was built without it.
 */
export function writeChromaprint(sound: Sound, outputPath: string, onPiece: () => void): void {
  const output = new FormatContext();
  // Builds of FFmpeg differ: a work must not fail for a code beside its fingerprint.
  if (output.allocOutputContext2(null, 'chromaprint', `file:${outputPath}`) < 0) {
    throw new InputError('unsupported_media', 'FFmpeg has no Chromaprint here');
  }
  const stream = output.newStream();
  const { codecpar } = stream;
  codecpar.codecType = AVMEDIA_TYPE_AUDIO;
  codecpar.codecId = AV_CODEC_ID_PCM_S16LE;
  codecpar.format = AV_SAMPLE_FMT_S16;
  codecpar.sampleRate = RATE;
  codecpar.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  stream.timeBase = new Rational(1, RATE);
  check(output.openOutputSync(), 'opened');
  check(output.writeHeaderSync(Dictionary.fromObject({ fp_format: 'raw' })), 'begun');
  let written = 0;
  const packet = new Packet();
  packet.alloc();
  for (const samples of readSound(sound, RATE)) {
    packet.data = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
    packet.streamIndex = 0;
    packet.pts = BigInt(written);
    packet.dts = BigInt(written);
    packet.duration = BigInt(samples.length);
    check(output.writeFrameSync(packet), 'fed');
    packet.unref();
    written += samples.length;
    onPiece();
  }
  packet.free();
  // The fingerprint of a sound that is too short for one cannot be written.
  output.writeTrailerSync();
  output.closeOutputSync();
  output.freeContext();
}

function check(code: number, what: string): void {
  if (code < 0) {
    throw new InternalError('internal', `Chromaprint cannot be ${what}: ${FFmpegError.strerror(code)}`);
  }
}
