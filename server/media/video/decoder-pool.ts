import type { Packet } from 'node-av/lib';
import { type GroupDecoder, type GroupRun, openGroupDecoder } from './group-decoder.ts';
import type { Track } from './open-track.ts';
import type { PictureGroup } from './picture-groups.ts';
import type { SampleClock } from './sample-clock.ts';
import type { SampleTimes } from './sample-times.ts';

/** The decoders of one track, opened when they are needed. */
export interface DecoderPool {
  /** Begins a group; one that is not apart with the decoder of the run settled last. Null when none is free. */
  begin(group: PictureGroup, clock: SampleClock): GroupRun | null;
  /** Ends a run that is over: it counts. */
  settle(run: GroupRun): void;
  /** Ends runs that do not count. */
  abandon(runs: readonly GroupRun[]): Promise<void>;
  /** Resolves when a run has a sample or is over. */
  change(): Promise<void>;
  close(): void;
}

interface Slot {
  readonly decoder: GroupDecoder;
  /** What it was given last. */
  run: GroupRun | null;
}

/** A pool of at most `size` decoders. */
export function openDecoderPool(track: Track, times: SampleTimes, size: number): DecoderPool {
  const slots: Slot[] = [];
  const slotOf = new Map<GroupRun, Slot>();
  let firstPacket: Packet | null = null;
  let last: Slot | null = null;
  let wake = () => {};
  const findFree = (): Slot | null => {
    const free = slots.find(({ run }) => run === null || run.isOver());
    if (free || slots.length >= size) return free ?? null;
    const slot = { decoder: openGroupDecoder(track, times, size === 1, () => wake()), run: null };
    if (firstPacket) slot.decoder.prime(firstPacket);
    slots.push(slot);
    return slot;
  };
  return {
    begin(group, clock) {
      const slot = !group.isApart && last ? last : findFree();
      if (slot === null) return null;
      if (size > 1) firstPacket ??= group.packets[0]!.clone();
      slot.run = slot.decoder.begin(group, clock);
      slotOf.set(slot.run, slot);
      return slot.run;
    },
    settle(run) {
      last = slotOf.get(run)!;
      slotOf.delete(run);
    },
    async abandon(runs) {
      for (const run of runs) {
        await run.stop();
        slotOf.delete(run);
      }
    },
    change: () => new Promise((resolve) => (wake = resolve)),
    close() {
      for (const { decoder } of slots) decoder.close();
      firstPacket?.free();
    },
  };
}
