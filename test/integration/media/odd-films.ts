/** Films that are odd but good, and films that are bad, for the table of what the service answers. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  AV_CODEC_ID_SUBRIP,
  AV_PIX_FMT_RGB24,
  AV_PIX_FMT_YUV420P10LE,
  AV_PIX_FMT_YUVJ420P,
  AVMEDIA_TYPE_SUBTITLE,
} from 'node-av/constants';
import { FFmpegError, FormatContext, Packet, Rational } from 'node-av/lib';
import { drawScene, makeFolder, writeClip } from '../video/clips.ts';
import type { Row } from './send-rows.ts';

/** A clip of a scene of its own, as bytes. `name` gives the container. */
function clip(
  seed: number,
  name: string,
  options: Partial<Parameters<typeof writeClip>[1]> = {},
  ticks?: (frame: number) => number,
  isTurned = false,
): Buffer {
  const folder = makeFolder();
  const path = join(folder, name);
  try {
    const draw = (frame: number, w: number, h: number) => {
      const scene = (width: number, height: number) => drawScene(seed, frame / 25, width, height);
      return isTurned ? turnPixels(scene(h, w), h, w) : scene(w, h);
    };
    return readFileSync(writeClip(path, { frames: 25, ...options }, draw, ticks));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The pixels of a picture that is turned a quarter clockwise. */
function turnPixels(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const out = new Uint8Array(pixels.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const to = x * height + (height - 1 - y);
      out.set(pixels.subarray(3 * (y * width + x), 3 * (y * width + x + 1)), 3 * to);
    }
  }
  return out;
}

/** The scene of a film in another codec, smaller and worse: as it goes from hand to hand. */
function passedOn(seed: number, ticks?: (frame: number) => number): Buffer {
  return clip(seed, 'copy.mkv', { width: 128, height: 72, options: { crf: '30' } }, ticks);
}

/** Another display matrix in the track's header (`tkhd`), as a phone writes it that was held upright. */
function turned(): Buffer {
  const bytes = clip(104, 'turned.mp4');
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  const at = bytes.indexOf('tkhd') + 4 + 4 + 20 + 8 + 8;
  for (const [i, value] of matrix.entries()) bytes.writeInt32BE(value, at + 4 * i);
  return bytes;
}

/** The sample sizes (`stsz`) say that there is none. */
function withoutSamples(): Buffer {
  const bytes = clip(120, 'none.mp4', { frames: 10 });
  bytes.writeUInt32BE(0, bytes.indexOf('stsz') + 12);
  return bytes;
}

/** A Matroska file with one track of two subtitles. */
function subtitles(): Buffer {
  const folder = makeFolder();
  const path = join(folder, 'subtitles.mkv');
  const output = new FormatContext();
  check(output.allocOutputContext2(null, null, path));
  const stream = output.newStream();
  stream.codecpar.codecType = AVMEDIA_TYPE_SUBTITLE;
  stream.codecpar.codecId = AV_CODEC_ID_SUBRIP;
  stream.timeBase = new Rational(1, 1000);
  check(output.openOutputSync());
  check(output.writeHeaderSync());
  const packet = new Packet();
  packet.alloc();
  for (const [i, line] of ['Hello', 'Goodbye'].entries()) {
    packet.data = Buffer.from(line);
    packet.streamIndex = 0;
    packet.pts = BigInt(2000 * i);
    packet.dts = BigInt(2000 * i);
    packet.duration = 1500n;
    check(output.interleavedWriteFrameSync(packet));
  }
  check(output.writeTrailerSync());
  packet.free();
  output.closeOutputSync();
  output.freeContext();
  const bytes = readFileSync(path);
  rmSync(folder, { recursive: true });
  return bytes;
}

function check(code: number): void {
  if (code < 0) throw new Error(FFmpegError.strerror(code));
}

/** Options of a container: encrypted as films for sale are (ISO/IEC 23001-7), by FFmpeg's own muxer. */
export const CENC = {
  encryption_scheme: 'cenc-aes-ctr',
  encryption_key: '76a6c65c5ea762046bd749a2e632ccbb',
  encryption_kid: 'a7e61c373e219033c21091fa607bf3b8',
};

const film = (mediaType: string, durationMs: number, width = 160, height = 90) => ({
  medium: 'video' as const,
  mediaType,
  durationMs,
  width,
  height,
});

/** What is sent, and what the service answers. */
export const FILMS: readonly Row[] = [
  {
    what: 'variable frame rate',
    name: 'variable.mkv',
    make: () => clip(101, 'variable.mkv', {}, (i) => 1000 * (i < 10 ? i : 10 + 5 * (i - 10))),
    copy: () => passedOn(101, (i) => 1000 * (i < 10 ? i : 10 + 5 * (i - 10))),
    taken: film('video/webm', 3240),
  },
  {
    what: 'no timestamps (AVI has none)',
    name: 'old.avi',
    make: () => clip(102, 'old.avi', { codec: 'mpeg4' }),
    copy: () => passedOn(102),
    taken: film('video/x-msvideo', 1000),
  },
  {
    what: 'a recording whose length was never written',
    name: 'recorded.mkv',
    make: () => clip(111, 'recorded.mkv', { container: { live: '1' } }),
    copy: () => passedOn(111),
    taken: film('video/webm', 1000),
  },
  {
    what: 'no timestamps (a bare H.264 stream)',
    name: 'bare.h264',
    make: () => clip(103, 'bare.h264'),
    copy: () => passedOn(103),
    taken: film('video/h264', 1000),
  },
  {
    what: 'filmed upright with a phone',
    name: 'phone.mp4',
    make: turned,
    copy: () => clip(104, 'upright.mp4', { width: 90, height: 160 }, undefined, true),
    taken: film('video/mp4', 1000, 90, 160),
  },
  {
    what: '10 bits, high dynamic range',
    name: 'hdr.mp4',
    make: () =>
      clip(105, 'hdr.mp4', {
        codec: 'libx265',
        pixelFormat: AV_PIX_FMT_YUV420P10LE as never,
        options: {
          'x265-params': 'log-level=none:colorprim=bt2020:transfer=smpte2084:colormatrix=bt2020nc:hdr10=1',
        },
      }),
    copy: () => passedOn(105),
    taken: film('video/mp4', 1000),
  },
  {
    what: 'interlaced',
    name: 'interlaced.ts',
    make: () => clip(106, 'interlaced.ts', { height: 96, options: { 'x264-params': 'interlaced=1' } }),
    copy: () => clip(106, 'copy.mkv', { width: 128, height: 76, options: { crf: '30' } }),
    taken: film('video/mp2t', 1000, 160, 96),
  },
  {
    what: 'one frame',
    name: 'one.mp4',
    make: () => clip(108, 'one.mp4', { frames: 1 }),
    taken: film('video/mp4', 40),
  },
  {
    what: 'a still picture as a film',
    name: 'still.mov',
    make: () =>
      clip(109, 'still.mov', { frames: 1, codec: 'mjpeg', pixelFormat: AV_PIX_FMT_YUVJ420P as never }),
    taken: film('video/mp4', 40),
  },
  {
    what: 'a picture that is called a film',
    name: 'picture.mp4',
    make: () =>
      clip(110, 'picture.jpg', { frames: 1, codec: 'mjpeg', pixelFormat: AV_PIX_FMT_YUVJ420P as never }),
    copy: () => clip(110, 'copy.png', { frames: 1, codec: 'png', pixelFormat: AV_PIX_FMT_RGB24 as never }),
    taken: { medium: 'image', mediaType: 'image/jpeg', durationMs: null, width: 160, height: 90 },
  },
  {
    what: 'cut to its head',
    name: 'head.mkv',
    make: () => clip(121, 'head.mkv', { frames: 5 }).subarray(0, 60),
    problem: 'corrupt_media',
  },
  {
    what: 'without its index',
    name: 'index.mp4',
    make: () => {
      const bytes = clip(122, 'index.mp4', { frames: 10 });
      return bytes.subarray(0, bytes.indexOf('moov') - 8);
    },
    problem: 'corrupt_media',
  },
  {
    what: 'garbage behind the first bytes of MP4',
    name: 'garbage.mp4',
    make: () => Buffer.concat([Buffer.from('\0\0\0\x18ftypisom\0\0\x02\0isomiso2'), garbage(9000)]),
    problem: 'unsupported_media',
  },
  {
    what: 'garbage behind the first bytes of Matroska',
    name: 'garbage.mkv',
    make: () => Buffer.concat([Buffer.from('1a45dfa3a342868101', 'hex'), garbage(9000)]),
    problem: 'unsupported_media',
  },
  {
    what: 'garbage behind the first bytes of AVI',
    name: 'garbage.avi',
    make: () => Buffer.concat([Buffer.from('RIFF\x30\x23\0\0AVI LIST', 'latin1'), garbage(9000)]),
    problem: 'unsupported_media',
    reason: 'binary',
    detail: /without a track/,
  },
  { what: 'a track of zero length', name: 'zero.mp4', make: withoutSamples, problem: 'corrupt_media' },
  {
    what: 'subtitles and nothing else',
    name: 'subtitles.mkv',
    make: subtitles,
    problem: 'unsupported_media',
  },
  {
    what: 'encrypted',
    name: 'encrypted.mp4',
    make: () => clip(123, 'encrypted.mp4', { frames: 25, container: CENC }),
    problem: 'unsupported_media',
    reason: 'encrypted',
  },
];

/** Bytes that are no format; the same every time. */
export function garbage(length: number): Buffer {
  return Buffer.from(Uint8Array.from({ length }, (_, i) => (i * i * 31) >> 3));
}

/** A film as it should be. */
export function goodFilm(): Buffer {
  return clip(199, 'good.mp4');
}
