import { AVERROR_EOF } from 'node-av/constants';
import type { FormatContext, Packet } from 'node-av/lib';

/** Damaged packets before a file is given up. */
const MAX_FAILURES = 50;

/**
 * Reads an input's packets into `packet`, from where it stands to its end, `isOver`, or too many damaged ones. Each is freed
 * before the next is read and when the reader leaves.
 */
export function* readPackets(
  { input, packet }: { readonly input: FormatContext; readonly packet: Packet },
  isOver: () => boolean = () => false,
): Generator<Packet, void, void> {
  for (let failures = 0; !isOver() && failures < MAX_FAILURES; ) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) return;
    if (result < 0) {
      failures++;
      continue;
    }
    try {
      yield packet;
    } finally {
      packet.unref();
    }
  }
}
