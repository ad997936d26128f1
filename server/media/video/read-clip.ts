import { AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import type { ClipRequest, GrayClip, GrayFrame } from '../../pipeline/decode/video/video-decoder.ts';
import { decodePackets } from './decode-packets.ts';
import { createFrameScaler } from './frame-scaler.ts';
import type { Track } from './open-track.ts';

/** Timestamps are rounded to the container's clock; a frame this close before the start still belongs. */
const SLACK_MS = 2;

/**
 * Every frame shown in a stretch (of a rough one those that others refer to), small and grey: seeks to the key frame
 * before it and decodes on from there. Frames without timestamps are numbered by the average frame rate, from the start
 * of the file.
 */
export function readClip(track: Track, request: ClipRequest): GrayClip {
  const { info, input, stream } = track;
  const scaler = createFrameScaler(info, track.rotation, request.side, 1);
  // At this size nobody sees block edges, and to smooth them is a fifth of the work.
  const decoder = track.openDecoder({
    skip_loop_filter: 'all',
    ...(request.isRough ? { skip_frame: 'noref' } : {}),
  });
  const frame = new Frame();
  frame.alloc();
  const frameMs = info.frameRate > 0 ? 1000 / info.frameRate : 40;
  const startMs = Math.max(0, request.startMs);
  // From the very start there is nothing to seek to, and some containers cannot seek at all.
  if (startMs > 0) input.seekFrameSync(stream.index, track.fromMs(startMs), AVSEEK_FLAG_BACKWARD);
  const frames: GrayFrame[] = [];
  let size = { width: 0, height: 0 };
  let synthetic = 0;
  let over = false;
  const pull = () => {
    while (!over && decoder.receiveFrameSync(frame) >= 0) {
      const stamped = track.toMs(frame.bestEffortTimestamp);
      const timeMs = Number.isFinite(stamped) ? stamped : synthetic;
      synthetic = timeMs + frameMs;
      if (timeMs >= request.endMs || frames.length >= request.maxFrames) over = true;
      // A frame is shown until the next one: the one that covers the start counts as well.
      else if (timeMs >= startMs - SLACK_MS) {
        const { width, height, data } = scaler.scale(frame);
        size = { width, height };
        frames.push({ timeMs, data });
      }
      frame.unref();
    }
  };
  decodePackets(track, decoder, pull, () => over);
  frame.free();
  scaler.close();
  return { ...size, frames: frames.toSorted((a, b) => a.timeMs - b.timeMs) };
}
