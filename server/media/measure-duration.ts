import { AV_NOPTS_VALUE } from 'node-av/constants';
import type { FormatContext, Packet, Stream } from 'node-av/lib';
import { readPackets } from './read-packets.ts';

/**
 * How long a track lasts, in milliseconds, where its container does not say: bare streams, and recordings that were written
 * while they lasted. Reads every packet and decodes none: by their times, or by their number where they have none
 * (`packetMs` each, where they do not say how long they last). Moves the input to its end. `onPacket` is called for each.
 */
export function measureDuration(
  { input, stream, packet }: { input: FormatContext; stream: Stream; packet: Packet },
  packetMs: number,
  onPacket: () => void = () => {},
): number {
  const { num, den } = stream.timeBase;
  const ms = (ticks: bigint) => (Number(ticks) * num * 1000) / den;
  const startTime = stream.startTime === AV_NOPTS_VALUE ? 0n : stream.startTime;
  let endMs = 0;
  let sumMs = 0;
  for (const { streamIndex, duration, pts } of readPackets({ input, packet })) {
    onPacket();
    if (streamIndex !== stream.index) continue;
    const lastsMs = duration > 0n ? ms(duration) : packetMs;
    sumMs += lastsMs;
    if (pts !== AV_NOPTS_VALUE) endMs = Math.max(endMs, ms(pts - startTime) + lastsMs);
  }
  return endMs > 0 ? endMs : sumMs;
}
