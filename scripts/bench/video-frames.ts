import type { AVPixelFormat } from 'node-av/constants';
import { AV_PIX_FMT_RGB24, AVERROR_EOF, AVMEDIA_TYPE_VIDEO, SWS_AREA } from 'node-av/constants';
import { Codec, CodecContext, FormatContext, Frame, Packet, SoftwareScaleContext } from 'node-av/lib';

/** A picture of a bench: interleaved RGB. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** A clip held in memory, every frame; `timesS` are seconds from its start. */
export interface Clip {
  readonly fps: number;
  readonly durationS: number;
  readonly frames: readonly Picture[];
  readonly timesS: readonly number[];
}

/** Decodes a trusted clip whole, long side at most `side`, even sizes. Not through the service's decoder on purpose. */
export function loadClip(path: string, side: number): Clip {
  const input = new FormatContext();
  if (input.openInputSync(path) < 0 || input.findStreamInfoSync() < 0) throw new Error(`cannot open ${path}`);
  const index = input.findBestStream(AVMEDIA_TYPE_VIDEO);
  const stream = input.streams[index]!;
  const codec = Codec.findDecoder(stream.codecpar.codecId)!;
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.open2Sync(codec);
  const ratio = Math.min(1, side / Math.max(stream.codecpar.width, stream.codecpar.height));
  const width = 2 * Math.round((stream.codecpar.width * ratio) / 2);
  const height = 2 * Math.round((stream.codecpar.height * ratio) / 2);
  const scaler = new SoftwareScaleContext();
  let ready = false;
  const frames: Picture[] = [];
  const timesS: number[] = [];
  const packet = new Packet();
  packet.alloc();
  const frame = new Frame();
  frame.alloc();
  const { num, den } = stream.timeBase;
  const drain = () => {
    while (decoder.receiveFrameSync(frame) >= 0) {
      if (!ready) {
        const format = frame.format as AVPixelFormat;
        scaler.getContext(frame.width, frame.height, format, width, height, AV_PIX_FMT_RGB24, SWS_AREA);
        ready = true;
      }
      using target = new Frame();
      target.alloc();
      target.width = width;
      target.height = height;
      target.format = AV_PIX_FMT_RGB24;
      target.getBuffer();
      scaler.scaleFrameSync(target, frame);
      frames.push({ width, height, data: new Uint8Array(target.toBuffer()) });
      timesS.push((Number(frame.bestEffortTimestamp) * num) / den);
      frame.unref();
    }
  };
  while (input.readFrameSync(packet) !== AVERROR_EOF) {
    if (packet.streamIndex === index) {
      decoder.sendPacketSync(packet);
      drain();
    }
    packet.unref();
  }
  decoder.sendPacketSync(null);
  drain();
  const first = timesS[0] ?? 0;
  const fps = stream.avgFrameRate.num / stream.avgFrameRate.den;
  frame.free();
  packet.free();
  decoder.freeContext();
  scaler.freeContext();
  input.closeInputSync();
  const shifted = timesS.map((time) => time - first);
  return { fps, durationS: (shifted.at(-1) ?? 0) + 1 / fps, frames, timesS: shifted };
}

/** The frame shown at a time. */
export function frameAt(clip: Clip, timeS: number): number {
  let low = 0;
  let high = clip.timesS.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (clip.timesS[middle]! <= timeS + 1e-4) low = middle;
    else high = middle - 1;
  }
  return low;
}
