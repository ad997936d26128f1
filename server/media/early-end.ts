import { AV_NOPTS_VALUE } from 'node-av/constants';
import { type FormatContext, Packet, type Stream } from 'node-av/lib';
import type { EarlyEnd } from '../domain/media.ts';
import { openInput } from './open-input.ts';
import { readPackets } from './read-packets.ts';

/** Containers whose header says how long each track is … */
const BY_TRACK = /mov|mp4|avi|^wav$|^w64$|^flac$|^aiff$|^caf$/;
/** … and those that say it of the longest one. Elsewhere FFmpeg guesses, from the bit rate or the last timestamps. */
const BY_FILE = /matroska|webm|asf|^flv$/;
const LEAST_MS = 2_000;
const LEAST_SHARE = 0.05;

/** How far a track was read, in milliseconds from its start. */
export interface ReadMark {
  /** End of the last packet that gave something. */
  reachedMs: number;
  /** Longest time between two packets: a picture may be held that long at the end as well. */
  longestStepMs: number;
}

/**
 * Whether a track that was read to its end ended long before its container says that it does (2 s, or a twentieth);
 * null when not, and where the container says nothing. `statedMs` overrules what FFmpeg makes of the container; `onPacket`
 * is called while the file is read once more. Throws as `openInput` does.
 */
export function findEarlyEnd(
  path: string,
  input: FormatContext,
  stream: Stream,
  mark: ReadMark,
  statedMs: number | null = null,
  onPacket: () => void = () => {},
): EarlyEnd | null {
  const format = input.iformat?.name ?? '';
  const isByFile = BY_FILE.test(format);
  const declaredMs = statedMs ?? (isByFile || BY_TRACK.test(format) ? headerDurationMs(input, stream) : 0);
  const isEarly = (reachedMs: number) =>
    declaredMs - reachedMs > Math.max(LEAST_MS, LEAST_SHARE * declaredMs, 1.5 * mark.longestStepMs);
  if (!isEarly(mark.reachedMs)) return null;
  if (isByFile && !isEarly(lastEndMs(path, onPacket))) return null;
  return { declaredMs: Math.round(declaredMs), reachedMs: Math.round(mark.reachedMs) };
}

/** Of the track, else of the file; 0 when neither is known. */
export function headerDurationMs(input: FormatContext, stream: Stream): number {
  const { num, den } = stream.timeBase;
  const own = stream.duration > 0n && stream.duration !== AV_NOPTS_VALUE;
  if (own) return (Number(stream.duration) * num * 1000) / den;
  return input.duration > 0n ? Number(input.duration) / 1000 : 0;
}

/** Where the last packet of any track ends. Reads the whole file, but decodes nothing. */
function lastEndMs(path: string, onPacket: () => void): number {
  const input = openInput(path, Number.MAX_SAFE_INTEGER);
  const startMs = input.startTime === AV_NOPTS_VALUE ? 0 : Number(input.startTime) / 1000;
  const packet = new Packet();
  packet.alloc();
  let lastMs = 0;
  for (const { streamIndex, pts, duration } of readPackets({ input, packet })) {
    onPacket();
    if (pts === AV_NOPTS_VALUE) continue;
    const { num, den } = input.streams[streamIndex]!.timeBase;
    const end = pts + (duration > 0n ? duration : 0n);
    lastMs = Math.max(lastMs, (Number(end) * num * 1000) / den - startMs);
  }
  packet.free();
  input.closeInputSync();
  return lastMs;
}
