import {
  AV_DISPOSITION_ATTACHED_PIC,
  AV_NOPTS_VALUE,
  AV_PKT_DATA_DISPLAYMATRIX,
  AVDISCARD_ALL,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
} from 'node-av/constants';
import type { FormatContext, Stream } from 'node-av/lib';
import { Codec, CodecContext, Packet } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import type { VideoInfo, VideoLimits } from '../../pipeline/decode/video/video-decoder.ts';
import { headerDurationMs } from '../early-end.ts';
import { refuseEncryptedTrack } from '../encryption.ts';
import { openInput, refuse } from '../open-input.ts';
import type { PacketDecoder } from './decoding-device.ts';
import type { FileOnDevice, LentDecoder } from './file-on-device.ts';

const MEDIA_TYPES: readonly (readonly [RegExp, string])[] = [
  [/mp4|mov/, 'video/mp4'],
  [/matroska|webm/, 'video/webm'],
  [/avi/, 'video/x-msvideo'],
  [/mpegts/, 'video/mp2t'],
  [/mpeg/, 'video/mpeg'],
  [/flv/, 'video/x-flv'],
  [/ogg/, 'video/ogg'],
  [/gif/, 'image/gif'],
  [/png/, 'image/png'],
  [/asf/, 'video/x-ms-asf'],
  [/^h264$/, 'video/h264'],
  [/^hevc$/, 'video/h265'],
];

/** An opened video track; `close` frees what FFmpeg holds. */
export interface Track {
  readonly info: VideoInfo;
  /** Clockwise turn that makes the picture upright: 0, 90, 180, 270. */
  readonly rotation: number;
  /** Milliseconds of a timestamp of this track, from its start; NaN when there is none. */
  toMs(timestamp: bigint): number;
  fromMs(ms: number): bigint;
  /** Milliseconds of a duration of this track; 0 when there is none. */
  lengthMs(duration: bigint): number;
  readonly input: FormatContext;
  readonly stream: Stream;
  readonly packet: Packet;
  /** A decoder of one thread, or on the device; `options` are FFmpeg's. On a device it throws `DeviceError` from then on. */
  openDecoder(options?: Readonly<Record<string, string>>): PacketDecoder;
  close(): void;
}

/** Opens a file and its best video track, to be decoded on a device or, without one, by software. Throws as `VideoDecoder` says. */
export function openTrack(path: string, limits: VideoLimits, device: FileOnDevice | null = null): Track {
  const input = openInput(path, limits.maxBytes);
  const stream = bestVideo(input);
  for (const other of input.streams) if (other.index !== stream.index) other.discard = AVDISCARD_ALL;
  return makeTrack(input, stream, limits, device);
}

function bestVideo(input: FormatContext): Stream {
  const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = index < 0 ? undefined : input.streams[index];
  if (!stream || stream.disposition & AV_DISPOSITION_ATTACHED_PIC) {
    throw new InputError('unsupported_media', 'the file has no video track', {
      extra: { reason: 'no-video' },
    });
  }
  refuseEncryptedTrack(stream, 'video');
  return stream;
}

function makeTrack(
  input: FormatContext,
  stream: Stream,
  limits: VideoLimits,
  device: FileOnDevice | null,
): Track {
  const parameters = stream.codecpar;
  const codec = Codec.findDecoder(parameters.codecId);
  if (!codec) throw new InputError('unsupported_media', 'there is no decoder for the video track');
  const { width, height } = parameters;
  if (width < 1 || height < 1) throw new InputError('corrupt_media', 'the video track has no picture size');
  if (width * height > limits.maxPixels) {
    throw new InputError('media_too_large', `a frame has ${width}×${height} pixels`);
  }
  const durationMs = headerDurationMs(input, stream);
  if (durationMs > limits.maxDurationMs) {
    throw new InputError('media_too_large', `the video lasts ${Math.round(durationMs / 1000)} s`);
  }
  const rotation = readRotation(parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX));
  const aspect = stream.sampleAspectRatio.num > 0 ? stream.sampleAspectRatio : parameters.sampleAspectRatio;
  const stretch = aspect.num > 0 && aspect.den > 0 ? Math.min(4, Math.max(0.25, aspect.num / aspect.den)) : 1;
  const shown = { width: Math.max(1, Math.round(width * stretch)), height };
  const turned = rotation % 180 !== 0;
  const rate = stream.avgFrameRate;
  const { num, den } = stream.timeBase;
  const startTime = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
  const packet = new Packet();
  packet.alloc();
  const decoders: CodecContext[] = [];
  const lent: LentDecoder[] = [];
  return {
    input,
    stream,
    packet,
    rotation,
    info: {
      mediaType: MEDIA_TYPES.find(([pattern]) => pattern.test(input.iformat?.name ?? ''))?.[1] ?? 'video/mp4',
      codec: codec.name ?? 'unknown',
      width: turned ? shown.height : shown.width,
      height: turned ? shown.width : shown.height,
      frameRate: rate.num > 0 && rate.den > 0 ? rate.num / rate.den : 0,
      durationMs,
      hasAudio: input.findBestStream(AVMEDIA_TYPE_AUDIO) >= 0,
    },
    toMs: (timestamp) =>
      timestamp === AV_NOPTS_VALUE ? Number.NaN : (Number(timestamp - startTime) * num * 1000) / den,
    lengthMs: (duration) => (duration > 0n ? (Number(duration) * num * 1000) / den : 0),
    fromMs: (ms) => startTime + BigInt(Math.round((ms * den) / (1000 * num))),
    openDecoder(options = {}) {
      if (device) {
        const decoder = device.openDecoder(stream, options);
        lent.push(decoder);
        return decoder;
      }
      const decoder = new CodecContext();
      decoder.allocContext3(codec);
      decoder.parametersToContext(parameters);
      decoder.pktTimebase = stream.timeBase;
      decoder.threadCount = 1;
      // Set one by one: node-av 6.1 frees a dictionary that is given to `open2Sync` twice.
      for (const [name, value] of Object.entries(options)) decoder.setOption(name, value);
      const result = decoder.open2Sync(codec);
      if (result < 0) throw refuse(result, 'corrupt_media', 'the video track cannot be decoded');
      decoders.push(decoder);
      return decoder;
    },
    close() {
      packet.free();
      for (const decoder of decoders) decoder.freeContext();
      for (const decoder of lent) decoder.giveBack();
      input.closeInputSync();
    },
  };
}

/** Display matrix: nine little-endian 32-bit numbers, 16.16 fixed point; only multiples of 90° are turned. */
function readRotation(matrix: Buffer | null): number {
  if (!matrix || matrix.length < 36) return 0;
  const a = matrix.readInt32LE(0);
  const b = matrix.readInt32LE(4);
  const degrees = (Math.atan2(b, a) * 180) / Math.PI;
  return (((Math.round(degrees / 90) * 90) % 360) + 360) % 360;
}
