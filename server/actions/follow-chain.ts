import { ColophonError } from '../errors.ts';
import type {
  AnchorListener,
  BatchSource,
  ChainReader,
  ChainWriter,
  Outbox,
  OutboxState,
} from '../pipeline/anchor/index.ts';
import { collectBatch, type ManifestStore } from './anchor-batch.ts';
import { AnchorRound } from './anchor-round.ts';

/** What the anchorer is made of. `Tx` is the database's transaction (`Sql`). */
export interface AnchorerOptions<Tx> {
  readonly outbox: Outbox<Tx>;
  readonly reader: ChainReader;
  readonly writer: ChainWriter;
  readonly listener: AnchorListener<Tx>;
  readonly source: BatchSource<Tx>;
  readonly content: ManifestStore;
  /** Most works of a batch; default 4,096. */
  readonly batchSize?: number;
  /** Shortest time between two batches: what is recorded meanwhile shares the next one; default 2,000. */
  readonly batchIntervalMs?: number;
  /** Most transactions under way at once; default 16. */
  readonly window?: number;
  /** Pause between looks at the chain while something is under way; default 250. */
  readonly pollMs?: number;
  /** Pause while nothing is under way; default 5,000. */
  readonly idleMs?: number;
  /** A transaction that is not in a block after this long pays more; default 30,000. */
  readonly bumpAfterMs?: number;
  /** How long another process waits before it takes over from one that died; default 15,000. */
  readonly leaseMs?: number;
  /** Told of every failed round; the anchorer itself never stops on one. */
  readonly onError?: (error: unknown) => void;
}

/** How the anchorer stands, for `/readyz` and `/metrics`. */
export interface AnchorerStatus {
  readonly running: boolean;
  /** Problem code of the last round (`chain_unavailable`, `chain_lying`, …); null when it went well. */
  readonly problem: string | null;
  /** Unix milliseconds of the last round that went well. */
  readonly lastRoundAt: number | null;
  /** Operations by state, as of the last round. */
  readonly counts: Readonly<Record<OutboxState, number>> | null;
}

/** The background worker that brings outbox operations to the chain and follows them to finality. */
export interface Anchorer {
  start(): void;
  /** Ends after the current step; everything unfinished continues at the next start. */
  stop(): Promise<void>;
  /** Looks now: something was enqueued, or a work was recorded. */
  kick(): void;
  status(): AnchorerStatus;
}

/** Pause after a round that moved something: the next step is likely due. */
const AT_ONCE_MS = 15;
const LONGEST_BACKOFF_MS = 10_000;

/** Makes the anchorer; nothing runs before `start`. */
export function createAnchorer<Tx>(options: AnchorerOptions<Tx>): Anchorer {
  const { outbox, onError } = options;
  const round = new AnchorRound({
    ...options,
    window: options.window ?? 16,
    bumpAfterMs: options.bumpAfterMs ?? 30_000,
  });
  const holder = crypto.randomUUID();
  const status = {
    problem: null as string | null,
    lastRoundAt: null as number | null,
    counts: null as AnchorerStatus['counts'],
  };
  let stopping = false;
  let loop: Promise<void> | null = null;
  let wake: () => void = () => undefined;
  let kicked = false;
  let lastBatchAt = 0;
  let failures = 0;

  /** One round; gives the pause after it. */
  const once = async (): Promise<number> => {
    if (!(await outbox.lease(holder, options.leaseMs ?? 15_000))) {
      round.reset(); // another process moves things meanwhile
      return options.pollMs ?? 250;
    }
    const batchWait = lastBatchAt + (options.batchIntervalMs ?? 2_000) - Date.now();
    let collected = 0;
    if (batchWait <= 0) {
      collected = await collectBatch(options);
      if (collected > 0 && collected < (options.batchSize ?? 4096)) lastBatchAt = Date.now();
    }
    const moved = await round.run();
    const counts = await outbox.count();
    Object.assign(status, { problem: null, lastRoundAt: Date.now(), counts });
    failures = 0;
    if (moved || collected > 0) return AT_ONCE_MS;
    if (counts.submitted + counts.queued > 0) return options.pollMs ?? 250;
    // A kick may have come for a work that waits for the next batch.
    return batchWait > 0 ? Math.min(batchWait, options.idleMs ?? 5_000) : (options.idleMs ?? 5_000);
  };

  const run = async (): Promise<void> => {
    while (!stopping) {
      let pauseMs: number;
      try {
        pauseMs = await once();
      } catch (error) {
        status.problem = error instanceof ColophonError ? error.code : 'internal';
        onError?.(error);
        // The chain may have become another one meanwhile.
        round.reset();
        failures += 1;
        pauseMs = Math.min(LONGEST_BACKOFF_MS, 250 * 2 ** Math.min(failures, 6));
        kicked = false; // a kick must not turn a backoff into hammering
      }
      if (!kicked) await pause(pauseMs);
      kicked = false;
    }
    await outbox.release(holder).catch(() => undefined);
  };

  const pause = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      wake = () => {
        clearTimeout(timer);
        resolve();
      };
      if (stopping) wake();
    });

  return {
    start() {
      loop ??= run();
    },
    async stop() {
      stopping = true;
      wake();
      await loop;
    },
    kick() {
      kicked = true;
      if (failures === 0) wake();
    },
    status: () => ({ running: loop !== null && !stopping, ...status }),
  };
}
