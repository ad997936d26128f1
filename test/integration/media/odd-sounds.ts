/** Sounds that are odd but good, and sounds that are bad, for the table of what the service answers. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { FFEncoderCodec } from 'node-av/constants';
import {
  AV_CHANNEL_LAYOUT_5POINT1,
  AV_CODEC_FLAG_GLOBAL_HEADER,
  AV_SAMPLE_FMT_FLTP,
  AVFMT_GLOBALHEADER,
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
} from 'node-av/lib';
import { writeCoded } from '../../../scripts/bench/audio-sound.ts';
import { makeTune, wavOf } from '../audio/sounds.ts';
import { makeFolder } from '../video/clips.ts';
import { CENC, garbage } from './odd-films.ts';
import type { Row } from './send-rows.ts';

const SECONDS = 3;

const wav = (seed: number, rate: number, channels: number) => wavOf(makeTune(seed, SECONDS), rate, channels);

function inFolder(name: string, write: (path: string) => void): Buffer {
  const folder = makeFolder();
  try {
    write(join(folder, name));
    return readFileSync(join(folder, name));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** AAC of six channels at 48 kHz, each with the same tune. */
function surround(seed: number, name: string, container: Readonly<Record<string, string>> = {}): Buffer {
  return inFolder(name, (path) => {
    const tune = makeTune(seed, SECONDS);
    const output = new FormatContext();
    check(output.allocOutputContext2(null, null, path));
    const codec = Codec.findEncoderByName('aac' as FFEncoderCodec)!;
    const encoder = new CodecContext();
    encoder.allocContext3(codec);
    encoder.sampleRate = 48_000;
    encoder.sampleFormat = AV_SAMPLE_FMT_FLTP;
    encoder.channelLayout = AV_CHANNEL_LAYOUT_5POINT1;
    encoder.bitRate = 192_000n;
    encoder.timeBase = new Rational(1, 48_000);
    if (output.oformat?.hasFlags(AVFMT_GLOBALHEADER)) encoder.setFlags(AV_CODEC_FLAG_GLOBAL_HEADER);
    check(encoder.open2Sync(codec));
    const stream = output.newStream();
    stream.timeBase = encoder.timeBase;
    check(stream.codecpar.fromContext(encoder));
    check(output.openOutputSync());
    check(output.writeHeaderSync(Dictionary.fromObject({ ...container })));
    const packet = new Packet();
    packet.alloc();
    const drain = () => {
      while (encoder.receivePacketSync(packet) >= 0) {
        packet.streamIndex = 0;
        packet.rescaleTs(encoder.timeBase, stream.timeBase);
        check(output.interleavedWriteFrameSync(packet));
      }
    };
    for (let at = 0; at + 1024 <= 48_000 * SECONDS; at += 1024) {
      const plane = Float32Array.from(
        { length: 1024 },
        (_, i) => 0.5 * (tune[Math.floor((at + i) / 3)] ?? 0),
      );
      const planes = Buffer.concat(Array.from({ length: 6 }, () => Buffer.from(plane.buffer)));
      using frame = Frame.fromAudioBuffer(planes, {
        nbSamples: 1024,
        format: AV_SAMPLE_FMT_FLTP,
        sampleRate: 48_000,
        channelLayout: AV_CHANNEL_LAYOUT_5POINT1,
      });
      frame.pts = BigInt(at);
      check(encoder.sendFrameSync(frame));
      drain();
    }
    encoder.sendFrameSync(null);
    drain();
    check(output.writeTrailerSync());
    packet.free();
    encoder.freeContext();
    output.closeOutputSync();
    output.freeContext();
  });
}

function check(code: number): void {
  if (code < 0) throw new Error(FFmpegError.strerror(code));
}

function coded(seed: number, name: string, encoder: string, seconds = SECONDS): Buffer {
  return inFolder(name, (path) => writeCoded(path, makeTune(seed, seconds), encoder, 48_000));
}

/** The tune of a sound as it goes from hand to hand. */
const passedOn = (seed: number) => coded(seed, 'copy.mp3', 'libmp3lame');

const sound = (mediaType: string, durationMs = 1000 * SECONDS) => ({
  medium: 'audio' as const,
  mediaType,
  durationMs,
  width: null,
  height: null,
});

/** What is sent, and what the service answers. */
export const SOUNDS: readonly Row[] = [
  {
    what: '8 kHz, one channel',
    name: 'phone.wav',
    make: () => wav(201, 8_000, 1),
    copy: () => passedOn(201),
    taken: sound('audio/wav'),
  },
  {
    what: '192 kHz',
    name: 'studio.wav',
    make: () => wav(202, 192_000, 2),
    copy: () => passedOn(202),
    taken: sound('audio/wav'),
  },
  {
    what: '5.1, bare samples',
    name: 'cinema.wav',
    make: () => wav(203, 48_000, 6),
    copy: () => passedOn(203),
    taken: sound('audio/wav'),
  },
  {
    what: '5.1, AAC',
    name: 'cinema.m4a',
    make: () => surround(204, 'cinema.m4a'),
    copy: () => passedOn(204),
    taken: sound('audio/mp4', 2987),
  },
  {
    what: 'a recording whose length was never written',
    name: 'recorded.mka',
    make: () => surround(207, 'recorded.mka', { live: '1' }),
    copy: () => passedOn(207),
    taken: sound('audio/webm', 2986),
  },
  {
    what: 'silence',
    name: 'silence.wav',
    make: () => wavOf(new Float32Array(SECONDS * 16_000), 16_000, 1),
    taken: sound('audio/wav'),
  },
  {
    what: 'less than a window of a second',
    name: 'blip.wav',
    make: () => wavOf(makeTune(205, 1).subarray(0, 1600), 16_000, 1),
    taken: sound('audio/wav', 100),
  },
  {
    what: 'MP3 with garbage in the middle',
    name: 'scratched.mp3',
    make: () => {
      const bytes = coded(206, 'scratched.mp3', 'libmp3lame', 8);
      garbage(2000).copy(bytes, bytes.length >> 1);
      return bytes;
    },
    copy: () => wavOf(makeTune(206, 8), 16_000, 1),
    taken: sound('audio/mpeg', 8000),
  },
  {
    what: 'cut to its head',
    name: 'head.wav',
    make: () => wav(211, 16_000, 1).subarray(0, 20),
    problem: 'corrupt_media',
  },
  {
    what: 'a track without samples',
    name: 'none.wav',
    make: () => wavOf(new Float32Array(0), 16_000, 1),
    problem: 'corrupt_media',
  },
  {
    what: 'garbage behind the first bytes of FLAC',
    name: 'garbage.flac',
    make: () => Buffer.concat([Buffer.from('fLaC'), garbage(9000)]),
    problem: 'unsupported_media',
  },
  {
    what: 'garbage behind the first bytes of Ogg',
    name: 'garbage.ogg',
    make: () => Buffer.concat([Buffer.from('OggS\0\x02'), garbage(9000)]),
    problem: 'unsupported_media',
  },
  {
    what: 'encrypted',
    name: 'encrypted.m4a',
    make: () => surround(212, 'encrypted.mp4', CENC),
    problem: 'unsupported_media',
    reason: 'encrypted',
  },
];

/** A sound as it should be. */
export function goodSound(): Buffer {
  return wav(299, 44_100, 2);
}
