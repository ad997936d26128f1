import { AVERROR_EAGAIN } from 'node-av/constants';
import { Filter, type FilterContext, FilterGraph, Frame } from 'node-av/lib';
import { InputError, InternalError } from '../../errors.ts';
import { decodePackets } from '../video/decode-packets.ts';
import type { Track } from '../video/open-track.ts';

/** Frames a second that a Video-Code is made from (ISO 24138). */
const RATE = 5;
const TURNS: Readonly<Record<number, readonly [name: string, args: string | null][]>> = {
  90: [['transpose', 'dir=clock']],
  180: [
    ['hflip', null],
    ['vflip', null],
  ],
  270: [['transpose', 'dir=cclock']],
};

/**
 * Writes the MPEG-7 video signature of a track to a file, in the binary form of FFmpeg's filter `signature`: every
 * frame is decoded, five a second count. Frames whose size or format is not that of the first are left out.
 * `onFrame` is called for every frame decoded. Throws `corrupt_media` when none can be, `unsupported_media` where FFmpeg
 * was built without the filter.
 */
export function writeSignature(track: Track, outputPath: string, onFrame: () => void): void {
  const decoder = track.openDecoder();
  const frame = new Frame();
  frame.alloc();
  let chain: Chain | null = null;
  let shape = '';
  let nextPts = 0n;
  const pull = () => {
    while (decoder.receiveFrameSync(frame) >= 0) {
      const now = `${frame.width}×${frame.height} ${frame.format}`;
      if (chain === null) {
        chain = openChain(track, frame, outputPath);
        shape = now;
      }
      const stamp = frame.bestEffortTimestamp;
      frame.pts = Number.isFinite(track.toMs(stamp)) ? stamp : nextPts;
      nextPts = frame.pts + ticksOfFrame(track);
      if (now === shape) chain.push(frame);
      frame.unref();
      onFrame();
    }
  };
  decodePackets(track, decoder, pull);
  frame.free();
  const opened = chain as Chain | null;
  if (opened === null) throw new InputError('corrupt_media', 'no frame of the video track can be decoded');
  opened.finish();
}

interface Chain {
  push(frame: Frame): void;
  /** Ends the stream: the filter writes its file now. */
  finish(): void;
}

function openChain(track: Track, first: Frame, outputPath: string): Chain {
  const { num, den } = track.stream.timeBase;
  const { avgFrameRate: rate } = track.stream;
  const source = [
    `video_size=${first.width}x${first.height}`,
    `pix_fmt=${first.format}`,
    `time_base=${num}/${den}`,
    ...(rate.num > 0 && rate.den > 0 ? [`frame_rate=${rate.num}/${rate.den}`] : []),
  ].join(':');
  const graph = new FilterGraph();
  graph.alloc();
  graph.nbThreads = 1;
  const filters = [
    ['buffer', source],
    ...(TURNS[track.rotation] ?? []),
    ['fps', `fps=${RATE}`],
    ['signature', `format=binary:filename=${outputPath.replaceAll('\\', '/').replace(/[:'\\]/g, '\\$&')}`],
    ['buffersink', null],
  ] as const;
  const contexts = filters.map(([name, args], i) => {
    const filter = Filter.getByName(name);
    // Builds of FFmpeg differ: a work must not fail for a code beside its fingerprint.
    if (!filter) throw new InputError('unsupported_media', `FFmpeg has no filter ${name} here`);
    const context = graph.createFilter(filter, `${name}${i}`, args);
    if (!context) throw new InternalError('internal', `the filter ${name} cannot be made`);
    return context;
  });
  for (const [i, context] of contexts.slice(1).entries()) contexts[i]!.link(0, context, 0);
  if (graph.configSync() < 0) throw new InternalError('internal', 'the filters do not fit together');
  return pumpOf(graph, contexts[0]!, contexts.at(-1)!);
}

function pumpOf(graph: FilterGraph, source: FilterContext, sink: FilterContext): Chain {
  const out = new Frame();
  out.alloc();
  const drain = () => {
    for (;;) {
      const result = sink.buffersinkGetFrameSync(out);
      if (result === AVERROR_EAGAIN || result < 0) return;
      out.unref();
    }
  };
  return {
    push(frame) {
      source.buffersrcAddFrameSync(frame);
      drain();
    },
    finish() {
      source.buffersrcAddFrameSync(null);
      drain();
      out.free();
      graph.free();
    },
  };
}

function ticksOfFrame({ info, fromMs }: Track): bigint {
  const ticks = fromMs(info.frameRate > 0 ? 1000 / info.frameRate : 40) - fromMs(0);
  return ticks > 0n ? ticks : 1n;
}
