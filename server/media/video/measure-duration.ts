import { AVERROR_EOF } from 'node-av/constants';
import type { Track } from './open-track.ts';

/**
 * How long a track lasts, in milliseconds, where its container does not say: bare streams, and recordings that were written
 * while they lasted. Reads every packet and decodes none: by their times, or by their number where they have none. Moves
 * the input to its end.
 */
export function measureDuration({ info, input, stream, packet, toMs }: Track): number {
  const frameMs = info.frameRate > 0 ? 1000 / info.frameRate : 40;
  let endMs = 0;
  let count = 0;
  let failures = 0;
  while (failures < MAX_FAILURES) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      failures++;
      continue;
    }
    if (packet.streamIndex === stream.index) {
      count++;
      const ms = toMs(packet.pts);
      if (Number.isFinite(ms)) endMs = Math.max(endMs, ms + frameMs);
    }
    packet.unref();
  }
  return endMs > 0 ? endMs : count * frameMs;
}

/** Damaged packets before a file is given up. */
const MAX_FAILURES = 50;
