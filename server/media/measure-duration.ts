import { AV_NOPTS_VALUE, AVERROR_EOF } from 'node-av/constants';
import type { FormatContext, Packet, Stream } from 'node-av/lib';

/** Damaged packets before a file is given up. */
const MAX_FAILURES = 50;

/**
 * How long a track lasts, in milliseconds, where its container does not say: bare streams, and recordings that were written
 * while they lasted. Reads every packet and decodes none: by their times, or by their number where they have none
 * (`packetMs` each, where they do not say how long they last). Moves the input to its end.
 */
export function measureDuration(
  { input, stream, packet }: { input: FormatContext; stream: Stream; packet: Packet },
  packetMs: number,
): number {
  const { num, den } = stream.timeBase;
  const ms = (ticks: bigint) => (Number(ticks) * num * 1000) / den;
  const startTime = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
  let endMs = 0;
  let sumMs = 0;
  for (let failures = 0; failures < MAX_FAILURES; ) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      failures++;
      continue;
    }
    if (packet.streamIndex === stream.index) {
      const lastsMs = packet.duration > 0n ? ms(packet.duration) : packetMs;
      sumMs += lastsMs;
      if (packet.pts !== AV_NOPTS_VALUE) endMs = Math.max(endMs, ms(packet.pts - startTime) + lastsMs);
    }
    packet.unref();
  }
  return endMs > 0 ? endMs : sumMs;
}
