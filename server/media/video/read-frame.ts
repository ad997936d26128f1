import { AVSEEK_FLAG_BACKWARD } from 'node-av/constants';
import { Frame } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import type { VideoSample } from '../../pipeline/decode/video/video-decoder.ts';
import { decodePackets } from './decode-packets.ts';
import { createFrameScaler, type Pixels } from './frame-scaler.ts';
import type { Track } from './open-track.ts';

/** Timestamps are rounded to the container's clock. */
const SLACK_MS = 2;

/**
 * The frame that is shown at a time, in colour: seeks to the key frame before it and decodes on to it. Beyond the end
 * the last frame. Throws `corrupt_media` when there is none.
 */
export function readFrame(track: Track, timeMs: number, side: number): Pixels & Pick<VideoSample, 'timeMs'> {
  const { info, input, stream } = track;
  const scaler = createFrameScaler(info, track.rotation, side, 3);
  const decoder = track.openDecoder();
  const frame = new Frame();
  frame.alloc();
  const frameMs = info.frameRate > 0 ? 1000 / info.frameRate : 40;
  if (timeMs > 0) input.seekFrameSync(stream.index, track.fromMs(timeMs), AVSEEK_FLAG_BACKWARD);
  let shown: (Pixels & { timeMs: number }) | null = null;
  let synthetic = 0;
  let over = false;
  const pull = () => {
    while (!over && decoder.receiveFrameSync(frame) >= 0) {
      const stamped = track.toMs(frame.bestEffortTimestamp);
      const at = Number.isFinite(stamped) ? stamped : synthetic;
      synthetic = at + frameMs;
      if (shown !== null && at > timeMs + SLACK_MS) over = true;
      // Frames may stand far apart: any of them may be the one that is still shown.
      else shown = { ...scaler.scale(frame), timeMs: at };
      frame.unref();
    }
  };
  decodePackets(track, decoder, pull, () => over);
  frame.free();
  scaler.close();
  if (shown === null) throw new InputError('corrupt_media', `there is no frame at ${Math.round(timeMs)} ms`);
  return shown;
}
