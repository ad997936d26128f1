import {
  AV_PKT_DATA_NEW_EXTRADATA,
  AV_PKT_DATA_PARAM_CHANGE,
  AV_PKT_FLAG_KEY,
  AVERROR_EOF,
} from 'node-av/constants';
import type { Packet } from 'node-av/lib';
import type { SamplingPlan } from '../../pipeline/decode/video/video-decoder.ts';
import type { Track } from './open-track.ts';
import { type SampleTimes, timed } from './sample-times.ts';

/** One group of pictures is held back, compressed, to see where the next key frame stands; at most this much of it. */
const MAX_HELD_PACKETS = 600;
export const MAX_HELD_BYTES = 48 * 1024 ** 2;
/** Encoders set key frames at a steady distance, and earlier where the scene changes. */
const EARLY = 0.75;

/** Packets from a key frame to the next one. Whoever takes the group frees them. */
export interface PictureGroup {
  readonly packets: readonly Packet[];
  /** When each packet's picture is shown; NaN where the container does not say. */
  readonly stampsMs: readonly number[];
  readonly bytes: number;
  /** Ends where a key frame stands; false at the end of the file, and when it was cut short to bound memory. */
  readonly isComplete: boolean;
  /** Nothing follows in the file. */
  readonly isLast: boolean;
  readonly startMs: number;
  readonly endMs: number;
  /** When its last frame has been shown, as far as the container tells. */
  readonly shownToMs: number;
  /** So short that its key frame serves for all of it. */
  readonly isDense: boolean;
  /** Its key frame came before its time: the scene may change there. */
  readonly isAfterCut: boolean;
  /** A decoder that was flushed, whatever it decoded before, gives the same pictures of it. */
  readonly isApart: boolean;
  /** Only a decoder that has seen this group can decode what comes after it. */
  readonly changesDecoder: boolean;
}

/** Groups of the track in order. Damaged stretches are skipped, as FFmpeg's own tools do. */
export function* readGroups(track: Track, plan: SamplingPlan, times: SampleTimes): Generator<PictureGroup> {
  const { packet, stream, input } = track;
  let held: Packet[] = [];
  let stampsMs: number[] = [];
  let bytes = 0;
  let isWhole = true;
  let shownToMs = 0;
  let lastMs = Number.NaN;
  let longestMs = 0;
  let isAfterCut = false;
  let isApart = true;
  let isChange = false;
  let isFirst = true;
  const close = (endMs: number | undefined, isLast = false): PictureGroup => {
    const stamps = stampsMs.filter(Number.isFinite);
    const startMs = stamps.length > 0 ? Math.min(...stamps) : 0;
    const isComplete = isWhole && endMs !== undefined;
    const end = endMs ?? (stamps.length > 0 ? Math.max(...stamps) : startMs);
    const lengthMs = end - startMs;
    const group = {
      packets: held,
      stampsMs,
      bytes,
      isComplete,
      isLast,
      startMs,
      endMs: end,
      shownToMs,
      isDense: isComplete && lengthMs <= plan.keyFrameGapMs,
      isAfterCut,
      isApart,
      changesDecoder: isChange,
    };
    held = [];
    stampsMs = [];
    bytes = 0;
    isApart = isComplete;
    isChange = false;
    longestMs = Math.max(longestMs, lengthMs);
    isAfterCut = plan.cuts && isComplete && lengthMs < EARLY * longestMs;
    return group;
  };
  let failures = 0;
  for (;;) {
    const result = timed(times, 'decodeMs', () => input.readFrameSync(packet));
    if (result === AVERROR_EOF) break;
    if (result < 0) {
      if (++failures > 50) break;
      continue;
    }
    if (packet.streamIndex === stream.index && packet.size > 0) {
      const isKey = (packet.flags & AV_PKT_FLAG_KEY) !== 0;
      const ms = track.toMs(packet.pts);
      if (isKey && held.length > 0) {
        yield close(Number.isFinite(ms) ? ms : undefined);
        isWhole = true;
      } else if (held.length >= MAX_HELD_PACKETS || bytes > MAX_HELD_BYTES) {
        isWhole = false;
        yield close(undefined);
      }
      // AVI has no times of showing, only of decoding.
      const atMs = Number.isFinite(ms) ? ms : track.toMs(packet.dts);
      if (Number.isFinite(atMs)) {
        shownToMs = Math.max(shownToMs, atMs + track.lengthMs(packet.duration));
        if (atMs > lastMs) times.longestStepMs = Math.max(times.longestStepMs, atMs - lastMs);
        lastMs = Number.isFinite(lastMs) ? Math.max(lastMs, atMs) : atMs;
      }
      // Every decoder is shown the first packet.
      isChange ||= !isFirst && changesDecoder(packet);
      isFirst = false;
      const copy = packet.clone();
      if (copy) {
        held.push(copy);
        stampsMs.push(ms);
      }
      bytes += packet.size;
    }
    packet.unref();
  }
  if (held.length > 0) yield close(undefined, true);
}

function changesDecoder(packet: Packet): boolean {
  return [AV_PKT_DATA_NEW_EXTRADATA, AV_PKT_DATA_PARAM_CHANGE].some(
    (kind) => packet.getSideData(kind) !== null,
  );
}
