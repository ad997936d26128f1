import { AV_DISPOSITION_ATTACHED_PIC, AVDISCARD_ALL, AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import type { FormatContext, Stream } from 'node-av/lib';
import { Codec, CodecContext, Packet } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import type { AudioInfo, AudioLimits } from '../../pipeline/decode/audio/audio-decoder.ts';
import { headerDurationMs } from '../early-end.ts';
import { refuseEncryptedTrack } from '../encryption.ts';
import { openInput, refuse } from '../open-input.ts';

const MEDIA_TYPES: readonly (readonly [RegExp, string])[] = [
  [/^mp3$/, 'audio/mpeg'],
  [/^(wav|w64)$/, 'audio/wav'],
  [/^flac$/, 'audio/flac'],
  [/^ogg$/, 'audio/ogg'],
  [/^aac$/, 'audio/aac'],
  [/mp4|mov/, 'audio/mp4'],
  [/matroska|webm/, 'audio/webm'],
  [/^aiff$/, 'audio/aiff'],
  [/^amr/, 'audio/amr'],
  [/^asf$/, 'audio/x-ms-wma'],
];

/** An opened sound track; `close` frees what FFmpeg holds. */
export interface Sound {
  readonly info: AudioInfo;
  readonly input: FormatContext;
  readonly stream: Stream;
  /** The track of pictures beside it, if there is one. */
  readonly pictures: Stream | undefined;
  readonly packet: Packet;
  readonly decoder: CodecContext;
  close(): void;
}

/** Opens a file and its best sound track. Throws as `AudioDecoder` says. */
export function openSound(path: string, limits: AudioLimits): Sound {
  const input = openInput(path, limits.maxBytes);
  const index = input.findBestStream(AVMEDIA_TYPE_AUDIO);
  const stream = index < 0 ? undefined : input.streams[index];
  if (!stream) throw new InputError('unsupported_media', 'the file has no sound track');
  for (const other of input.streams) if (other.index !== index) other.discard = AVDISCARD_ALL;
  refuseEncryptedTrack(stream, 'sound');
  const parameters = stream.codecpar;
  const codec = Codec.findDecoder(parameters.codecId);
  if (!codec) throw new InputError('unsupported_media', 'there is no decoder for the sound track');
  const durationMs = headerDurationMs(input, stream);
  if (durationMs > limits.maxDurationMs) {
    throw new InputError('media_too_large', `the sound lasts ${Math.round(durationMs / 1000)} s`);
  }
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(parameters);
  decoder.pktTimebase = stream.timeBase;
  decoder.threadCount = 1;
  const opened = decoder.open2Sync(codec);
  if (opened < 0) throw refuse(opened, 'corrupt_media', 'the sound track cannot be decoded');
  const packet = new Packet();
  packet.alloc();
  const format = input.iformat?.name ?? '';
  // The cover of a song is no film.
  const pictures = input.streams.find(
    ({ codecpar, disposition }) => codecpar.width > 0 && !(disposition & AV_DISPOSITION_ATTACHED_PIC),
  );
  const mediaType = MEDIA_TYPES.find(([pattern]) => pattern.test(format))?.[1] ?? 'audio/basic';
  return {
    info: {
      mediaType: pictures ? mediaType.replace('audio/', 'video/') : mediaType,
      codec: codec.name ?? 'unknown',
      sampleRate: parameters.sampleRate,
      channels: parameters.channels,
      durationMs,
    },
    input,
    stream,
    pictures,
    packet,
    decoder,
    close() {
      packet.free();
      decoder.freeContext();
      input.closeInputSync();
    },
  };
}
