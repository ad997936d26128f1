import { AV_PKT_DATA_NEW_EXTRADATA } from 'node-av/constants';
import { Frame, type Packet } from 'node-av/lib';
import type { QuietGroups, SampleCause, SamplingPlan } from '../../pipeline/decode/video/video-decoder.ts';
import { SAMPLE_SIDE } from '../../pipeline/decode/video/video-decoder.ts';
import type { ReadMark } from '../early-end.ts';
import type { Pixels } from './frame-scaler.ts';
import { createFrameScaler } from './frame-scaler.ts';
import { noFrame } from './no-frame.ts';
import type { Track } from './open-track.ts';
import { findQuietEnd } from './quiet-end.ts';
import { type Group, readGroups } from './read-groups.ts';

/** A cut closer than this to the last sample shows nothing new. */
const MIN_CUT_GAP_MS = 300;
/** Encoders set key frames at a steady distance, and earlier where the scene changes. */
const EARLY = 0.75;
/** One sample may be of the moment of the cut itself; a line needs two. */
const LEAST_OF_QUIET = 2;

/** What a run over the track did; times are milliseconds of this thread's processor time. */
export interface SampleTimes extends ReadMark {
  decodeMs: number;
  scaleMs: number;
  keyFramesOnly: number;
  fullGroups: number;
  /** Of the full ones those whose rest was passed over. */
  quietGroups: number;
}

/** A sample with its pixels; the pipeline's `VideoSample` in transit. */
export interface RawSample extends Pixels {
  readonly timeMs: number;
  readonly cause: SampleCause;
}

/** A sample of the track, and of which part of the plan; 0 where the plan has none. */
export interface PartSample extends RawSample {
  readonly part: number;
}

/** Every `of`-th part of a track, from the one with the number `index` on: what one of several processes decodes. */
export interface Share {
  readonly index: number;
  readonly of: number;
}

/**
 * Takes frames by the clock and at the encoder's cuts. Works group of pictures by group: where key frames stand
 * densely enough only they are decoded, elsewhere the frames that others refer to, up to the last one wanted; where the plan
 * allows it no farther than packets show something new.
 * Yields at least one frame of a track that has any. Throws `corrupt_media` when it has none. Of a `share` only its parts are
 * decoded, which may have no frame; all shares together give what the whole gives. `onPassed` is called for each group of
 * pictures that is another's.
 */
export function* sampleTrack(
  track: Track,
  plan: SamplingPlan,
  times: SampleTimes,
  share: Share,
  onPassed: () => void,
): Generator<PartSample> {
  const { info } = track;
  // Frames that no other refers to are skipped: half of the work for half a frame of time; deblocking likewise.
  const decoder = track.openDecoder({ skip_frame: 'noref', skip_loop_filter: 'all' });
  const scaler = createFrameScaler(info, track.rotation, SAMPLE_SIDE, 3);
  const frame = new Frame();
  frame.alloc();
  const intervalMs = 1000 / plan.perSecond;
  const frameMs = info.frameRate > 0 ? 1000 / info.frameRate : 40;
  let dueMs = 0;
  let lastMs = Number.NEGATIVE_INFINITY;
  let synthetic = 0;
  let count = 0;
  let longestMs = 0;
  let isEarly = false;
  // An encoder that never sets one early leaves cuts within its groups.
  let setsAtCuts = false;
  let decoded = 0;
  let part = 0;
  let isContinued = false;
  const reach = (timeMs: number) => {
    times.reachedMs = Math.max(times.reachedMs, timeMs);
  };
  // Asked a few times for each sample only: to ask takes some microseconds, and packets are many.
  let sinceMs = cpuMs();
  // How much before its time a sample may be taken: of key frames the nearest one serves.
  let slackMs = frameMs / 2;

  const pull = function* (): Generator<PartSample> {
    while (decoder.receiveFrameSync(frame) >= 0) {
      decoded++;
      const stamped = track.toMs(frame.bestEffortTimestamp);
      const timeMs = Number.isFinite(stamped) ? stamped : synthetic;
      synthetic = timeMs + frameMs;
      reach(timeMs + track.lengthMs(frame.duration));
      const isDue = timeMs >= dueMs - slackMs;
      const isCut = isEarly && frame.keyFrame === 1 && timeMs - lastMs >= MIN_CUT_GAP_MS;
      if ((isDue || isCut) && timeMs > lastMs) {
        const from = cpuMs();
        times.decodeMs += from - sinceMs;
        const pixels = scaler.scale(frame);
        times.scaleMs += cpuMs() - from;
        if (isDue)
          dueMs = Math.max(dueMs + intervalMs, (Math.floor(timeMs / intervalMs + 0.5) + 1) * intervalMs);
        lastMs = timeMs;
        count++;
        frame.unref();
        yield { timeMs: Math.max(0, timeMs), cause: isDue ? 'clock' : 'cut', part, ...pixels };
        sinceMs = cpuMs();
      } else frame.unref();
    }
  };

  // Of a film that is joined from others: what the decoder must know of packets to come travels on one that may be passed over.
  let header: Buffer | null = null;
  const keepHeader = (packet: Packet) => {
    header = packet.getSideData(AV_PKT_DATA_NEW_EXTRADATA) ?? header;
  };
  const send = (packet: Packet) => {
    if (header && !packet.getSideData(AV_PKT_DATA_NEW_EXTRADATA))
      packet.addSideData(AV_PKT_DATA_NEW_EXTRADATA, header);
    header = null;
    decoder.sendPacketSync(packet);
  };

  for (const group of readGroups(track, times)) {
    // A part begins where nothing before it is needed, and knows nothing of what was sampled there.
    if (plan.partMs && !isContinued && group.startMs >= (part + 1) * plan.partMs) {
      part = Math.floor(group.startMs / plan.partMs);
      dueMs = group.startMs;
    }
    isContinued = !group.complete;
    const isOurs = part % share.of === share.index;
    const dense = group.complete && group.endMs - group.startMs <= plan.keyFrameGapMs;
    if (isOurs && dense) times.keyFramesOnly++;
    if (isOurs && !dense) times.fullGroups++;
    slackMs = dense ? Math.max(frameMs, group.endMs - group.startMs) / 2 : frameMs / 2;
    const packets = dense ? group.packets.slice(0, 1) : group.packets;
    // Nothing of a group is wanted when the clock is beyond it and it starts with no cut to look at.
    const wanted = isOurs && (!dense || isEarly || group.startMs >= dueMs - slackMs);
    const mayPass = plan.quiet && setsAtCuts && !dense && group.complete;
    const quietMs = mayPass ? quietEnd(track, group, plan.quiet) : group.endMs;
    const taken = count;
    const isPast = (ms: number) => dueMs - frameMs / 2 > ms;
    const isEnough = () =>
      group.complete && (isPast(group.endMs) || (isPast(quietMs) && count - taken >= LEAST_OF_QUIET));
    let isCut = false;
    let sent = 0;
    if (!isOurs) onPassed();
    if (wanted) {
      for (const packet of packets) {
        send(packet);
        sent++;
        yield* pull();
        isCut = !dense && isEnough();
        if (isCut) break;
      }
      if (isCut && !isPast(group.endMs)) times.quietGroups++;
      if (group.complete) {
        decoder.sendPacketSync(null);
        yield* pull();
        decoder.flushBuffers();
      }
    }
    for (const packet of group.packets.slice(sent)) keepHeader(packet);
    for (const packet of group.packets) packet.free();
    // What was left out on purpose, or not wanted, counts as readable: nobody looked.
    if (isOurs && (!wanted || isCut || (dense && decoded > 0))) reach(group.shownToMs);
    decoded = 0;
    const lengthMs = group.endMs - group.startMs;
    longestMs = Math.max(longestMs, lengthMs);
    isEarly = plan.cuts && group.complete && lengthMs < EARLY * longestMs;
    setsAtCuts ||= isEarly;
  }
  decoder.sendPacketSync(null);
  yield* pull();
  times.decodeMs += cpuMs() - sinceMs;
  frame.free();
  scaler.close();
  if (count === 0 && share.of === 1) throw noFrame();
}

/** Times of a run that has not begun. */
export function noTimes(): SampleTimes {
  return {
    decodeMs: 0,
    scaleMs: 0,
    keyFramesOnly: 0,
    fullGroups: 0,
    quietGroups: 0,
    reachedMs: 0,
    longestStepMs: 0,
  };
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

function quietEnd(track: Track, group: Group, quiet: QuietGroups): number {
  const marks = group.packets.map(({ pts, size }) => ({ atMs: track.toMs(pts), bytes: size }));
  return findQuietEnd(track.info.codec, marks, group.endMs, quiet);
}
