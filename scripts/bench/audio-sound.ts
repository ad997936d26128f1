/** Sound in memory, for benches: one channel at 16 kHz. */
import { writeFileSync } from 'node:fs';
import type { FFEncoderCodec } from 'node-av/constants';
import { AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_FLT, AV_SAMPLE_FMT_FLTP } from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, FormatContext, Frame, Packet, Rational } from 'node-av/lib';
import { openSound } from '../../server/media/audio/open-sound.ts';
import { readSound } from '../../server/media/audio/read-sound.ts';
import { DEFAULT_AUDIO_LIMITS } from '../../server/pipeline/decode/audio/index.ts';

/** Samples a second. */
export const RATE = 16_000;

/** Decodes a file in this process: samples −1…1 at 16 kHz, or 16-bit ones at another rate. */
export function loadSound(path: string): Float32Array {
  return Float32Array.from(loadPcm(path, RATE), (sample) => sample / 32768);
}

/** The shipped decoder's samples, without its process. */
export function loadPcm(path: string, rate: number): Int16Array {
  const sound = openSound(path, DEFAULT_AUDIO_LIMITS);
  try {
    const pieces = [...readSound(sound, rate)];
    const out = new Int16Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
    let at = 0;
    for (const piece of pieces) {
      out.set(piece, at);
      at += piece.length;
    }
    return out;
  } finally {
    sound.close();
  }
}

/** Writes a 16-bit WAV file. */
export function writeWav(path: string, samples: Float32Array, rate = RATE): void {
  const bytes = Buffer.alloc(44 + 2 * samples.length);
  bytes.write('RIFF', 0);
  bytes.writeUInt32LE(36 + 2 * samples.length, 4);
  bytes.write('WAVEfmt ', 8);
  bytes.writeUInt32LE(16, 16);
  bytes.writeUInt16LE(1, 20);
  bytes.writeUInt16LE(1, 22);
  bytes.writeUInt32LE(rate, 24);
  bytes.writeUInt32LE(2 * rate, 28);
  bytes.writeUInt16LE(2, 32);
  bytes.writeUInt16LE(16, 34);
  bytes.write('data', 36);
  bytes.writeUInt32LE(2 * samples.length, 40);
  for (const [i, sample] of samples.entries()) {
    bytes.writeInt16LE(Math.max(-32768, Math.min(32767, Math.round(sample * 32767))), 44 + 2 * i);
  }
  writeFileSync(path, bytes);
}

/** Writes a file through one of FFmpeg's encoders (`libmp3lame`, `libopus`, …), one channel at 16 kHz. */
export function writeCoded(path: string, samples: Float32Array, encoder: string, bitRate: number): void {
  const output = new FormatContext();
  check(output.allocOutputContext2(null, null, path), 'container');
  const codec = Codec.findEncoderByName(encoder as FFEncoderCodec);
  if (!codec) throw new Error(`FFmpeg has no encoder ${encoder}`);
  const context = new CodecContext();
  context.allocContext3(codec);
  context.sampleRate = RATE;
  // Of one channel, planes and interleaved samples are the same bytes.
  context.sampleFormat = encoder === 'libopus' ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP;
  context.channelLayout = AV_CHANNEL_LAYOUT_MONO;
  context.bitRate = BigInt(bitRate);
  context.timeBase = new Rational(1, RATE);
  check(context.open2Sync(codec), 'encoder');
  const stream = output.newStream();
  stream.timeBase = context.timeBase;
  check(stream.codecpar.fromContext(context), 'parameters');
  check(output.openOutputSync(), 'output');
  check(output.writeHeaderSync(), 'header');
  const packet = new Packet();
  packet.alloc();
  const drain = () => {
    while (context.receivePacketSync(packet) >= 0) {
      packet.streamIndex = stream.index;
      packet.rescaleTs(context.timeBase, stream.timeBase);
      check(output.interleavedWriteFrameSync(packet), 'packet');
      packet.unref();
    }
  };
  const size = context.frameSize || 1024;
  for (let at = 0; at < samples.length; at += size) {
    const part = samples.subarray(at, Math.min(samples.length, at + size));
    const data = Buffer.from(Float32Array.from(part).buffer);
    using frame = Frame.fromAudioBuffer(data, {
      nbSamples: part.length,
      format: context.sampleFormat,
      sampleRate: RATE,
      channelLayout: AV_CHANNEL_LAYOUT_MONO,
    });
    frame.pts = BigInt(at);
    check(context.sendFrameSync(frame), 'frame');
    drain();
  }
  context.sendFrameSync(null);
  drain();
  output.writeTrailerSync();
  packet.free();
  context.freeContext();
  output.closeOutputSync();
  output.freeContext();
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`);
}
