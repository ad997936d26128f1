import { avImageGetBufferSize } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import type { SamplingPlan } from '../../pipeline/decode/video/video-decoder.ts';
import { openDecoderPool } from './decoder-pool.ts';
import type { Pixels } from './frame-scaler.ts';
import type { GroupRun } from './group-decoder.ts';
import type { Track } from './open-track.ts';
import { MAX_HELD_BYTES, type PictureGroup, readGroups } from './picture-groups.ts';
import { createClock, guess, type Pick } from './sample-clock.ts';
import { noTimes, type SampleTimes } from './sample-times.ts';

/** Groups begun besides those being decoded: they do not take equally long. */
const SPARE_GROUPS = 2;
/** One decoded frame of every decoder together: a decoder keeps up to some twenty, of large ones up to eight. */
const MAX_FRAME_BYTES = 40 * 1024 ** 2;
/** Wrong guesses that are borne, and one more for so many groups; groups are decoded one after the other then. */
const MAX_WRONG_GUESSES = 3;
const GROUPS_FOR_A_GUESS = 16;

/** A sample with its pixels; the pipeline's `VideoSample` in transit. */
export type RawSample = Pick & Pixels;

/** What it takes to decode groups side by side. */
export interface SideBySide {
  /** Opens the same track once more, from its start. */
  reopen(): Track;
  /** Called all along while nothing is yielded because it was before. */
  onRepeat?(): void;
}

/**
 * Takes frames by the clock and at the encoder's cuts. Works group of pictures by group: where key frames stand
 * densely enough only they are decoded, elsewhere the frames that others refer to, up to the last one wanted.
 * Yields at least one frame of a track that has any. Throws `corrupt_media` when it has none.
 *
 * With more than one core and `beside`, groups are decoded side by side, fewer of large pictures. The samples are the same: which frames of a group are samples depends
 * on the samples before it; that is guessed from the times of packets, and decoded again where the guess was wrong.
 * Where groups depend on each other, as after damage, all is decoded again by one decoder.
 */
export async function* sampleTrack(
  track: Track,
  plan: SamplingPlan,
  times: SampleTimes = noTimes(),
  beside?: SideBySide,
): AsyncGenerator<RawSample> {
  const size = beside ? Math.min(plan.cores ?? 1, decodersFor(track)) : 1;
  const given = { count: 0, isAll: false };
  yield* sampleWith(track, plan, times, size, given);
  if (!given.isAll) {
    const { decodeMs, scaleMs } = times;
    Object.assign(times, { ...noTimes(), decodeMs, scaleMs });
    const again = beside!.reopen();
    let count = 0;
    try {
      for await (const sample of sampleWith(again, plan, times, 1)) {
        if (count++ < given.count) beside!.onRepeat?.();
        else yield sample;
      }
    } finally {
      again.close();
    }
    given.count = count;
  }
  if (given.count === 0) throw new InputError('corrupt_media', 'no frame of the video track can be decoded');
}

/** As `sampleTrack`; says in `given` how many samples there were, and stops early where one decoder has to do it. */
async function* sampleWith(
  track: Track,
  plan: SamplingPlan,
  times: SampleTimes,
  size: number,
  given = { count: 0, isAll: false },
): AsyncGenerator<RawSample> {
  const from = process.cpuUsage();
  const pool = openDecoderPool(track, times, size);
  const groups = readGroups(track, plan, times);
  /** Groups that were read and not begun, and runs that are not settled: all in order. */
  const waiting: PictureGroup[] = [];
  const running: GroupRun[] = [];
  let clock = createClock(plan, track.info.frameRate > 0 ? 1000 / track.info.frameRate : 40);
  let guessed = clock;
  let isInTurn = size === 1;
  let isBound = false;
  let settled = 0;

  const peek = (): PictureGroup | undefined => {
    if (waiting.length === 0) {
      const { value } = groups.next();
      if (value) waiting.push(value);
    }
    return waiting[0];
  };
  const mayBegin = () =>
    !isInTurn &&
    running.length < size + SPARE_GROUPS &&
    running.reduce((sum, { group }) => sum + group.bytes, 0) < MAX_HELD_BYTES;
  const begin = () => {
    while (!isBound && (running.length === 0 || mayBegin())) {
      const group = peek();
      const isFirst = running.length === 0;
      if (!group || !(isFirst || (group.isApart && !group.changesDecoder))) return;
      isBound = size > 1 && group.changesDecoder;
      if (isBound) return;
      // The first one moves the clock itself, at once.
      if (isFirst) guessed = clock.copy();
      const run = pool.begin(group, isFirst ? clock : guessed.copy());
      if (!run) return;
      running.push(run);
      waiting.shift();
      if (!isInTurn) guess(guessed, group);
    }
  };
  const settle = (run: GroupRun) => {
    if (run.end().isReadToEnd) clock.reach(run.group.shownToMs);
    if (run.group.isDense) times.keyFramesOnly++;
    else times.fullGroups++;
    settled++;
    running.shift();
    pool.settle(run);
    free(run.group);
  };
  /** Whether the run that was begun ahead and is now the first was begun rightly. */
  const isRight = (run: GroupRun): boolean => {
    const real = clock.copy();
    if (!run.confirm(real)) {
      times.wrongGuesses++;
      isInTurn ||= times.wrongGuesses > MAX_WRONG_GUESSES + settled / GROUPS_FOR_A_GUESS;
      return false;
    }
    clock = real;
    return true;
  };
  const abandon = async () => {
    const runs = running.splice(0);
    waiting.unshift(...runs.map(({ group }) => group));
    await pool.abandon(runs);
    isBound ||= size > 1 && runs.some((run) => run.isBound());
  };

  try {
    while (!isBound) {
      begin();
      const run = running[0];
      if (!run) break;
      const sample = run.shift();
      if (sample) {
        given.count++;
        yield sample;
      } else if (!run.isOver()) await pool.change();
      else {
        settle(run);
        isBound = size > 1 && run.isBound();
        const next = running[0];
        if (next && !isBound && !isRight(next)) await abandon();
      }
    }
    given.isAll = !isBound;
  } finally {
    await abandon();
    waiting.forEach(free);
    pool.close();
    times.reachedMs = clock.reachedMs();
    // In other threads time is not counted by stage.
    if (size > 1) {
      const { user, system } = process.cpuUsage(from);
      times.decodeMs = (user + system) / 1000 - times.scaleMs;
    }
  }
}

function decodersFor(track: Track): number {
  const { width, height, format } = track.stream.codecpar;
  const bytes = avImageGetBufferSize(format as never, width, height, 1);
  return bytes > 0 ? Math.max(1, Math.floor(MAX_FRAME_BYTES / bytes)) : 1;
}

function free(group: PictureGroup): void {
  for (const packet of group.packets) packet.free();
}
