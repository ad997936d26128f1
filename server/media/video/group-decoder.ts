import { AV_NOPTS_VALUE, AVERROR_EAGAIN, AVERROR_EOF } from 'node-av/constants';
import { Frame, type Packet } from 'node-av/lib';
import { SAMPLE_SIDE } from '../../pipeline/decode/video/video-decoder.ts';
import { createFrameScaler, type Pixels } from './frame-scaler.ts';
import type { Track } from './open-track.ts';
import type { PictureGroup } from './picture-groups.ts';
import type { Pick, SampleClock, SeenFrame } from './sample-clock.ts';
import { type SampleTimes, timed } from './sample-times.ts';

/** Samples of one group that wait to be taken; the decoder waits then as well. */
const MAX_READY = 32;

/** Decodes one group after the other. */
export interface GroupDecoder {
  /** Begins a group, with what the clock is before it, or is thought to be. The run moves that clock on. */
  begin(group: PictureGroup, clock: SampleClock): GroupRun;
  /** Decodes the first packet of the track and forgets its pictures: what stands in it alone may count for all. */
  prime(packet: Packet): void;
  close(): void;
}

/** The decoding of a group. */
export interface GroupRun {
  readonly group: PictureGroup;
  /** The next sample, when there is one. */
  shift(): (Pick & Pixels) | undefined;
  isOver(): boolean;
  /** Throws what the decoding failed with; says what came of it else. */
  end(): { readonly isReadToEnd: boolean };
  /** What follows may depend on all that was decoded before: of such a group nothing more is decoded beside others. */
  isBound(): boolean;
  /**
   * Shows what was decoded so far to the clock as it really is before the group. True when all comes out as it did; the
   * run goes on with that clock then. False when the group must be decoded again.
   */
  confirm(clock: SampleClock): boolean;
  /** Gives up; resolves when the decoder is free. */
  stop(): Promise<void>;
}

/** What a run saw: a frame and whether it is a sample, or the end of a packet's frames and whether it was the last. */
type Seen = (SeenFrame & { pick: Pick | null }) | { readonly isPast: boolean };

/**
 * Opens a decoder. Beside others it decodes in a thread of its own, a packet at a time; alone in this one, which takes
 * less. `onChange` is called when a run has a sample or is over.
 */
export function openGroupDecoder(
  track: Track,
  times: SampleTimes,
  isAlone: boolean,
  onChange: () => void,
): GroupDecoder {
  // Frames that no other refers to are skipped: half of the work for half a frame of time; deblocking likewise.
  const context = track.openDecoder({ skip_frame: 'noref', skip_loop_filter: 'all' });
  const scaler = createFrameScaler(track.info, track.rotation, SAMPLE_SIDE, 3);
  const frame = new Frame();
  frame.alloc();
  const send = (packet: Packet | null) =>
    isAlone ? timed(times, 'decodeMs', () => context.sendPacketSync(packet)) : context.sendPacket(packet);

  const begin = (group: PictureGroup, from: SampleClock): GroupRun => {
    let clock = from;
    const isWanted = clock.wants(group);
    const seen: Seen[] = [];
    const ready: { readonly frame: { pick: Pick | null }; readonly pixels: Pixels }[] = [];
    const signs = watchSigns(context.hasBFrames);
    const isOff = () => isStopped || (!isAlone && signs.areThere());
    let decoded = 0;
    let isCutShort = false;
    let isStopped = false;
    let isOver = false;
    let failure: unknown;
    let goOn = () => {};

    const pull = async (isTail = false) => {
      while (!isOff()) {
        const result = timed(times, 'decodeMs', () => context.receiveFrameSync(frame));
        signs.noteResult(result);
        if (result < 0) return;
        decoded++;
        signs.noteFrame(frame);
        if (isOff()) return frame.unref();
        const shown = {
          stampMs: track.toMs(frame.bestEffortTimestamp),
          lengthMs: track.lengthMs(frame.duration),
          isKey: frame.keyFrame === 1,
          isTail,
        };
        const look = { ...shown, pick: clock.look(shown, group) };
        seen.push(look);
        if (look.pick)
          ready.push({ frame: look, pixels: timed(times, 'scaleMs', () => scaler.scale(frame)) });
        frame.unref();
        if (!look.pick) continue;
        onChange();
        if (ready.length >= MAX_READY) await new Promise<void>((resolve) => (goOn = resolve));
      }
    };
    const decode = async () => {
      for (const packet of group.isDense ? group.packets.slice(0, 1) : group.packets) {
        signs.noteResult(await send(packet));
        await pull();
        if (isOff()) break;
        isCutShort = clock.isPast(group);
        seen.push({ isPast: isCutShort });
        if (isCutShort) break;
      }
      if (!isOff() && (group.isLast || group.isComplete)) {
        await send(null);
        await pull(group.isLast);
      }
      signs.noteDelay(context.hasBFrames);
      if (group.isComplete || isStopped) context.flushBuffers();
    };
    const finished = (isWanted ? decode() : Promise.resolve())
      .catch((error: unknown) => {
        failure = error;
      })
      .then(() => {
        isOver = true;
        onChange();
      });

    return {
      group,
      shift() {
        const next = ready.shift();
        goOn();
        return next && { ...next.frame.pick!, ...next.pixels };
      },
      isOver: () => isOver,
      end() {
        if (failure !== undefined) throw failure;
        // What was left out on purpose, or not wanted, counts as readable: nobody looked.
        return { isReadToEnd: !isWanted || isCutShort || (group.isDense && decoded > 0) };
      },
      isBound: () => signs.areThere() || failure !== undefined,
      confirm(real) {
        if (real.wants(group) !== isWanted) return false;
        for (const one of seen) {
          if ('isPast' in one) {
            if (real.isPast(group) !== one.isPast) return false;
          } else {
            const pick = real.look(one, group);
            if ((pick === null) !== (one.pick === null)) return false;
            one.pick = pick;
          }
        }
        clock = real;
        return true;
      },
      async stop() {
        isStopped = true;
        goOn();
        await finished;
      },
    };
  };

  return {
    begin,
    prime(packet) {
      for (const one of [packet, null]) {
        context.sendPacketSync(one);
        while (context.receiveFrameSync(frame) >= 0) frame.unref();
      }
      context.flushBuffers();
    },
    close() {
      frame.free();
      scaler.close();
    },
  };
}

/**
 * Watches for what outlasts the flush of FFmpeg's decoders: damage (what cannot be decoded may show what was decoded
 * before), another delay of reordering, times of showing that go backwards (those of decoding count then).
 */
function watchSigns(delay: number) {
  let lastPts = AV_NOPTS_VALUE;
  let lastDts = AV_NOPTS_VALUE;
  let areThere = false;
  return {
    areThere: () => areThere,
    noteResult(result: number) {
      areThere ||= result < 0 && result !== AVERROR_EAGAIN && result !== AVERROR_EOF;
    },
    noteDelay(now: number) {
      areThere ||= now !== delay;
    },
    noteFrame({ pts, pktDts: dts, decodeErrorFlags }: Frame) {
      areThere ||= decodeErrorFlags !== 0;
      areThere ||= (pts !== AV_NOPTS_VALUE && pts <= lastPts) || (dts !== AV_NOPTS_VALUE && dts <= lastDts);
      lastPts = pts === AV_NOPTS_VALUE ? dts : pts;
      lastDts = dts === AV_NOPTS_VALUE ? pts : dts;
    },
  };
}
