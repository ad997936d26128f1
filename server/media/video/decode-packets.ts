import { AVERROR_EOF } from 'node-av/constants';
import type { Track } from './open-track.ts';

/** Damaged packets before a file is given up. */
const MAX_FAILURES = 50;

/**
 * Feeds the track's packets, from where the input stands, to a decoder until the end, `isOver`, or too many damaged
 * packets; then flushes it. `pull` takes the frames that are ready, after each packet and after the last.
 */
export function decodePackets(
  track: Track,
  decoder: ReturnType<Track['openDecoder']>,
  pull: () => void,
  isOver: () => boolean = () => false,
): void {
  const { input, stream, packet } = track;
  let failures = 0;
  while (!isOver() && failures < MAX_FAILURES) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      failures++;
      continue;
    }
    if (packet.streamIndex === stream.index) {
      decoder.sendPacketSync(packet);
      pull();
    }
    packet.unref();
  }
  decoder.sendPacketSync(null);
  pull();
}
