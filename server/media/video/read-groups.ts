import { AV_PKT_FLAG_KEY, AVERROR_EOF } from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { ReadMark } from '../early-end.ts';
import type { Track } from './open-track.ts';

/** One group of pictures is held back, compressed, to see where the next key frame stands; at most this much of it. */
const MAX_HELD_PACKETS = 600;
const MAX_HELD_BYTES = 48 * 1024 ** 2;

/** A group of pictures, compressed; whoever takes it frees its packets. */
export interface Group {
  readonly packets: Packet[];
  /** Ends where a key frame or the end of the file stands; false when it was cut short to bound memory. */
  readonly complete: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** When its last frame has been shown, as far as the container tells. */
  readonly shownToMs: number;
}

/** Packets of the track from key frame to key frame. Damaged stretches are skipped, as FFmpeg's own tools do. */
export function* readGroups(track: Track, times: Pick<ReadMark, 'longestStepMs'>): Generator<Group> {
  const { packet, stream, input } = track;
  let held: Packet[] = [];
  let heldBytes = 0;
  let whole = true;
  let shownToMs = 0;
  let lastMs = Number.NaN;
  const span = (endMs: number | undefined): Group => {
    const stamps = held.map((p) => track.toMs(p.pts)).filter(Number.isFinite);
    const startMs = stamps.length > 0 ? Math.min(...stamps) : 0;
    const group = {
      packets: held,
      complete: whole && endMs !== undefined,
      startMs,
      shownToMs,
      endMs: endMs ?? (stamps.length > 0 ? Math.max(...stamps) : startMs),
    };
    held = [];
    heldBytes = 0;
    return group;
  };
  let failures = 0;
  for (;;) {
    const result = input.readFrameSync(packet);
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      if (++failures > 50) break;
      continue;
    }
    if (packet.streamIndex === stream.index && packet.size > 0) {
      const isKey = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
      const ms = track.toMs(packet.pts);
      if (isKey && held.length > 0) {
        yield span(Number.isFinite(ms) ? ms : undefined);
        whole = true;
      } else if (held.length >= MAX_HELD_PACKETS || heldBytes > MAX_HELD_BYTES) {
        whole = false;
        yield span(undefined);
      }
      // AVI has no times of showing, only of decoding.
      const atMs = Number.isFinite(ms) ? ms : track.toMs(packet.dts);
      if (Number.isFinite(atMs)) {
        shownToMs = Math.max(shownToMs, atMs + track.lengthMs(packet.duration));
        if (atMs > lastMs) times.longestStepMs = Math.max(times.longestStepMs, atMs - lastMs);
        lastMs = Number.isFinite(lastMs) ? Math.max(lastMs, atMs) : atMs;
      }
      const copy = packet.clone();
      if (copy) held.push(copy);
      heldBytes += packet.size;
    }
    packet.unref();
  }
  if (held.length > 0) yield span(undefined);
}
