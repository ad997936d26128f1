import type { AVSampleFormat } from 'node-av/constants';
import {
  AV_CHANNEL_LAYOUT_MONO,
  AV_CHANNEL_ORDER_NATIVE,
  AV_NOPTS_VALUE,
  AV_SAMPLE_FMT_S16,
  AVERROR_EOF,
} from 'node-av/constants';
import type { ChannelLayout } from 'node-av/lib';
import { Frame, SoftwareResampleContext } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import { AUDIO_RATE } from '../../pipeline/decode/audio/audio-decoder.ts';
import type { ReadMark } from '../early-end.ts';
import type { Sound } from './open-sound.ts';
import type { SoundClock } from './sound-clock.ts';

/** Samples that are sent on together: 4 s. */
const PIECE = 4 * AUDIO_RATE;
/** Sent again and again, and never written to. */
const SILENCE = new Int16Array(PIECE);
/** Damaged packets in a row before a file is given up. */
const MAX_FAILURES = 50;
/** Positions of a sound without a layout, by the number of its channels (FFmpeg's masks: mono, stereo, …, 7.1). */
const MASKS: readonly bigint[] = [0n, 0x4n, 0x3n, 0x7n, 0x107n, 0x37n, 0x3fn, 0x70fn, 0x63fn];

/**
 * The whole track as 16-bit samples at 8 kHz (or another `rate`), mixed to one channel. A stream may change its rate, format or channels
 * in the middle. Damaged packets are skipped, as FFmpeg's own tools do. `mark` is told how far it came. With a `clock`
 * silence stands where the container has none of it.
 */
export function* readSound(
  sound: Sound,
  rate = AUDIO_RATE,
  mark: ReadMark = { reachedMs: 0, longestStepMs: 0 },
  clock: SoundClock | null = null,
): Generator<Int16Array> {
  const { input, stream, packet, decoder } = sound;
  const out = makePieces();
  const frame = new Frame();
  frame.alloc();
  let mixer: SoftwareResampleContext | null = null;
  let shape = '';
  const convert = (planes: Buffer[] | null, count: number) => {
    if (!mixer) return;
    const room = mixer.getOutSamples(count);
    if (room <= 0) return;
    const buffer = Buffer.alloc(2 * room);
    const made = mixer.convertSync([buffer], room, planes, count);
    if (made < 0) throw new InputError('corrupt_media', `sound of the form ${shape} cannot be read`);
    out.add(new Int16Array(buffer.buffer, buffer.byteOffset, made));
  };
  const { num, den } = stream.timeBase;
  const startTime = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
  let heardMs = 0;
  const pull = () => {
    while (decoder.receiveFrameSync(frame) >= 0) {
      const stamp = frame.bestEffortTimestamp;
      if (stamp !== AV_NOPTS_VALUE) heardMs = (Number(stamp - startTime) * num * 1000) / den;
      heardMs += (1000 * frame.nbSamples) / Math.max(1, frame.sampleRate);
      mark.reachedMs = Math.max(mark.reachedMs, heardMs);
      const lengthMs = (1000 * frame.nbSamples) / Math.max(1, frame.sampleRate);
      const silenceMs = clock?.silenceBefore(stamp, lengthMs) ?? 0;
      if (silenceMs < 0) {
        frame.unref();
        continue;
      }
      out.addSilence(Math.round((silenceMs * rate) / 1000));
      const layout = withPositions(frame.channelLayout);
      const now = `${frame.sampleRate} Hz, ${layout.nbChannels} channels, format ${frame.format}`;
      if (now !== shape) {
        convert(null, 0);
        mixer?.free();
        mixer = makeMixer(layout, frame.format as AVSampleFormat, frame.sampleRate, rate, now);
        shape = now;
      }
      convert(frame.extendedData ?? frame.data, frame.nbSamples);
      frame.unref();
    }
  };
  let failures = 0;
  while (failures < MAX_FAILURES) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      failures++;
      continue;
    }
    failures = 0;
    if (packet.streamIndex === stream.index && packet.size > 0) {
      decoder.sendPacketSync(packet);
      pull();
    }
    packet.unref();
    yield* out.full();
  }
  decoder.sendPacketSync(null);
  pull();
  convert(null, 0);
  (mixer as SoftwareResampleContext | null)?.free();
  frame.free();
  yield* out.full();
  yield* out.rest();
}

function withPositions(layout: ChannelLayout): ChannelLayout {
  if (layout.order === AV_CHANNEL_ORDER_NATIVE && layout.mask > 0n) return layout;
  const mask = MASKS[layout.nbChannels] ?? (1n << BigInt(Math.min(60, layout.nbChannels))) - 1n;
  return { nbChannels: layout.nbChannels, order: AV_CHANNEL_ORDER_NATIVE, mask };
}

function makeMixer(layout: ChannelLayout, format: AVSampleFormat, from: number, rate: number, shape: string) {
  const mixer = new SoftwareResampleContext();
  const set =
    from > 0 && layout.nbChannels > 0
      ? mixer.allocSetOpts2(AV_CHANNEL_LAYOUT_MONO, AV_SAMPLE_FMT_S16, rate, layout, format, from)
      : -1;
  if (set < 0 || mixer.init() < 0) {
    throw new InputError('unsupported_media', `sound of the form ${shape} cannot be mixed`);
  }
  return mixer;
}

function makePieces() {
  let piece = new Int16Array(PIECE);
  let used = 0;
  let done: Int16Array[] = [];
  const add = (samples: Int16Array) => {
    for (let from = 0; from < samples.length; ) {
      const part = samples.subarray(from, from + PIECE - used);
      piece.set(part, used);
      used += part.length;
      from += part.length;
      if (used === PIECE) {
        done.push(piece);
        piece = new Int16Array(PIECE);
        used = 0;
      }
    }
  };
  return {
    add,
    /** Hours of it take no memory: whole pieces are one. */
    addSilence(count: number) {
      const first = used === 0 ? 0 : Math.min(count, PIECE - used);
      add(SILENCE.subarray(0, first));
      let left = count - first;
      for (; left >= PIECE; left -= PIECE) done.push(SILENCE);
      add(SILENCE.subarray(0, left));
    },
    *full(): Generator<Int16Array> {
      const ready = done;
      done = [];
      yield* ready;
    },
    *rest(): Generator<Int16Array> {
      if (used > 0) yield piece.slice(0, used);
    },
  };
}
