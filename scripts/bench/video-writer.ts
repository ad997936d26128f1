import type { FFEncoderCodec } from 'node-av/constants';
import {
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_OPT_SEARCH_CHILDREN,
  AV_OPT_TYPE_STRING,
  AV_PICTURE_TYPE_I,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P,
  AVFMT_GLOBALHEADER,
  SWS_BILINEAR,
} from 'node-av/constants';
import {
  Codec,
  CodecContext,
  Dictionary,
  FFmpegError,
  FormatContext,
  Frame,
  Packet,
  Rational,
  SoftwareScaleContext,
} from 'node-av/lib';

/** How a video is written. `codec` and `options` are FFmpeg's names; `format` follows the file's extension. */
export interface WriterOptions {
  readonly width: number;
  readonly height: number;
  readonly fps: number;
  readonly codec?: string;
  readonly gop?: number;
  /** Frames, counted from 0, that become key frames besides those that the encoder chooses. */
  readonly keyFrames?: readonly number[];
  readonly bitRate?: number;
  readonly pixelFormat?: typeof AV_PIX_FMT_YUV420P;
  /** Options of the encoder (`crf`, `preset`, …). */
  readonly options?: Readonly<Record<string, string>>;
  /** Options of the container (`movflags`, …). */
  readonly container?: Readonly<Record<string, string>>;
}

/** A video being written frame by frame. */
export interface VideoWriter {
  /** Interleaved RGB, `width * height * 3` bytes. `tick` in 1/(fps · 1000) s; frames follow each other by default. */
  write(rgb: Uint8Array, tick?: number): void;
  close(): void;
}

const TICKS = 1000;

/** Opens a file for writing; for generated bench and test media, where quality of the encoder's settings is given. */
export function openVideoWriter(path: string, options: WriterOptions): VideoWriter {
  const { width, height, fps } = options;
  const output = new FormatContext();
  check(output.allocOutputContext2(null, null, path), 'container');
  const codec = Codec.findEncoderByName((options.codec ?? 'libx264') as FFEncoderCodec);
  if (!codec) throw new Error(`FFmpeg has no encoder ${options.codec}`);
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = width;
  encoder.height = height;
  const timeBase = new Rational(1, Math.round(fps * TICKS));
  encoder.timeBase = timeBase;
  encoder.framerate = new Rational(Math.round(fps * TICKS), TICKS);
  encoder.pixelFormat = options.pixelFormat ?? AV_PIX_FMT_YUV420P;
  encoder.gopSize = options.gop ?? 250;
  encoder.threadCount = 1;
  if (options.bitRate) encoder.bitRate = BigInt(options.bitRate);
  if (output.oformat?.hasFlags(AVFMT_GLOBALHEADER)) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
  // Set one by one: node-av 6.1 frees a dictionary that is given to `open2Sync` twice.
  for (const [name, value] of Object.entries(options.options ?? {})) {
    check(encoder.setOption(name, value, AV_OPT_TYPE_STRING, AV_OPT_SEARCH_CHILDREN), name);
  }
  check(encoder.open2Sync(codec), 'encoder');
  const stream = output.newStream();
  check(stream.codecpar.fromContext(encoder), 'stream');
  stream.timeBase = timeBase;
  stream.avgFrameRate = encoder.framerate;
  check(output.openOutputSync(), 'file');
  check(
    output.writeHeaderSync(options.container ? Dictionary.fromObject({ ...options.container }) : null),
    'header',
  );

  const scaler = new SoftwareScaleContext();
  scaler.getContext(width, height, AV_PIX_FMT_RGB24, width, height, encoder.pixelFormat, SWS_BILINEAR);
  const packet = new Packet();
  packet.alloc();
  let count = 0;
  const drain = () => {
    while (encoder.receivePacketSync(packet) >= 0) {
      packet.streamIndex = 0;
      packet.rescaleTs(timeBase, stream.timeBase);
      check(output.interleavedWriteFrameSync(packet), 'packet');
    }
  };
  return {
    write(rgb, tick = count * TICKS) {
      count++;
      using source = Frame.fromVideoBuffer(Buffer.from(rgb.buffer, rgb.byteOffset, rgb.byteLength), {
        width,
        height,
        format: AV_PIX_FMT_RGB24,
        timeBase,
        pts: BigInt(tick),
      });
      using frame = new Frame();
      frame.alloc();
      frame.width = width;
      frame.height = height;
      frame.format = encoder.pixelFormat;
      check(frame.getBuffer(), 'frame');
      check(scaler.scaleFrameSync(frame, source), 'colours');
      frame.pts = BigInt(tick);
      if (options.keyFrames?.includes(count - 1)) frame.pictType = AV_PICTURE_TYPE_I;
      check(encoder.sendFrameSync(frame), 'encode');
      drain();
    },
    close() {
      encoder.sendFrameSync(null);
      drain();
      check(output.writeTrailerSync(), 'trailer');
      packet.free();
      encoder.freeContext();
      scaler.freeContext();
      output.closeOutputSync();
      output.freeContext();
    },
  };
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`cannot write the video's ${what}: ${FFmpegError.strerror(code)}`);
}
