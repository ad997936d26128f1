import type { DecodeReply, FileTask } from './decode-child.ts';
import { noFrame } from './no-frame.ts';
import type { SampleTimes } from './sample-track.ts';

type Reply = Exclude<DecodeReply, { kind: 'problem' }>;
type Done = Extract<Reply, { kind: 'done' }>;
type SampleTask = Extract<FileTask, { kind: 'sample' }>;

/** A process that decodes, as `Lane` with the limits given. */
export interface DecodingLane {
  run(task: FileTask): AsyncGenerator<Reply>;
  close(): void;
}

/**
 * Samples that are taken from a lane before their turn, so that it decodes on while others are read: those of a part, a quarter of a
 * megabyte each at most.
 */
const AHEAD = 48;
/** To look where the film ends takes a moment, when the time is over, too. */
const LEAST_MS = 1_000;

/**
 * Samples a film in several processes beside each other, each with its share of the plan's parts: the same samples in the same
 * order as from one. Memory is bounded. Throws what a task throws, `corrupt_media` when none found a frame; all lanes are closed then,
 * and when the reader leaves.
 */
export async function* sampleInShares(
  task: Omit<SampleTask, 'share'>,
  lanes: readonly DecodingLane[],
): AsyncGenerator<Reply> {
  const streams = lanes.map((lane, index) =>
    readEagerly(lane.run({ ...task, share: { index, of: lanes.length } }), AHEAD),
  );
  const startedAt = performance.now();
  const ends: Done[] = [];
  let count = 0;
  try {
    for (let part = 0, empty = 0; ends.length < lanes.length; part++, empty++) {
      const stream = streams[part % streams.length]!;
      for (let head = await stream.first(); head; head = await stream.first()) {
        if (head.kind === 'sample' && head.sample.part > part) break;
        stream.shift();
        if (head.kind === 'done') {
          ends.push(head);
          continue;
        }
        if (head.kind === 'sample') {
          count++;
          empty = -1;
        }
        yield head;
      }
      // Times may leap by any number of parts: once nobody had one, what each has next says how far.
      if (empty >= streams.length) part = Math.max(part, (await nextPart(streams)) - 1);
    }
    if (count === 0) throw noFrame();
    const times = ends.map((end) => end.times!).reduce(joinTimes);
    // The time for one sampling, whoever does what of it.
    const timeoutMs = Math.max(LEAST_MS, task.limits.timeoutMs - (performance.now() - startedAt));
    const end = { kind: 'end', path: task.path, limits: { ...task.limits, timeoutMs }, mark: times } as const;
    for await (const reply of lanes[0]!.run(end)) if (reply.kind === 'done') yield { ...reply, times };
  } finally {
    for (const stream of streams) stream.close();
    for (const lane of lanes) lane.close();
  }
}

/** The least part of which a stream has a sample next; 0 where that cannot be told yet. */
async function nextPart(streams: readonly EagerStream<Reply>[]): Promise<number> {
  let least = Number.POSITIVE_INFINITY;
  for (const stream of streams) {
    const head = await stream.first();
    if (head?.kind === 'sample') least = Math.min(least, head.sample.part);
    else if (head && head.kind !== 'done') return 0;
  }
  return Number.isFinite(least) ? least : 0;
}

function joinTimes(a: SampleTimes, b: SampleTimes): SampleTimes {
  return {
    decodeMs: a.decodeMs + b.decodeMs,
    scaleMs: a.scaleMs + b.scaleMs,
    keyFramesOnly: a.keyFramesOnly + b.keyFramesOnly,
    fullGroups: a.fullGroups + b.fullGroups,
    quietGroups: a.quietGroups + b.quietGroups,
    reachedMs: Math.max(a.reachedMs, b.reachedMs),
    longestStepMs: Math.max(a.longestStepMs, b.longestStepMs),
  };
}

/** What is read of a source before anybody asks for it. */
interface EagerStream<T> {
  /** The first that is left, `undefined` after the last. Throws what the source threw, after what came before. */
  first(): Promise<T | undefined>;
  shift(): void;
  /** Reads no more, and leaves the source. */
  close(): void;
}

/** Reads a source at once and on, at most `ahead` beyond what was taken. It ends with its source, or when it is closed. */
function readEagerly<T>(source: AsyncGenerator<T>, ahead: number): EagerStream<T> {
  const held: T[] = [];
  let failure: { readonly error: unknown } | null = null;
  let isOver = false;
  let isClosed = false;
  let wakeReader = () => {};
  let wakeSource = () => {};
  const pump = async () => {
    for await (const item of source) {
      held.push(item);
      wakeReader();
      while (held.length >= ahead && !isClosed) await new Promise<void>((resolve) => (wakeSource = resolve));
      if (isClosed) return;
    }
  };
  pump()
    .catch((error: unknown) => (failure = { error }))
    .finally(() => {
      isOver = true;
      wakeReader();
    });
  return {
    async first() {
      while (held.length === 0 && !isOver) await new Promise<void>((resolve) => (wakeReader = resolve));
      if (held.length === 0 && failure) throw failure.error;
      return held[0];
    },
    shift() {
      held.shift();
      wakeSource();
    },
    close() {
      isClosed = true;
      wakeSource();
    },
  };
}
