import { readPackets } from '../read-packets.ts';
import type { PacketDecoder } from './decoding-device.ts';
import type { Track } from './open-track.ts';

/**
 * Feeds the track's packets, from where the input stands, to a decoder until the end, `isOver`, or too many damaged
 * packets; then flushes it. `pull` takes the frames that are ready, after each packet and after the last.
 */
export function decodePackets(
  track: Track,
  decoder: PacketDecoder,
  pull: () => void,
  isOver: () => boolean = () => false,
): void {
  for (const packet of readPackets(track, isOver)) {
    if (packet.streamIndex !== track.stream.index) continue;
    decoder.sendPacketSync(packet);
    pull();
  }
  decoder.sendPacketSync(null);
  pull();
}
