import type {
  AnchorListener,
  BatchSource,
  ChainReader,
  ChainWriter,
  Outbox,
} from '../pipeline/anchor/index.ts';

/** Public content, as far as anchoring needs it: `ContentStore.put`. */
export interface ManifestStore {
  put(bytes: Uint8Array): Promise<{ readonly cid: string }>;
}

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
  /** Longest that a recorded work waits for its batch to fill; default 2,000. */
  readonly batchIntervalMs?: number;
  /** Pause between looks at the chain while something is under way; default 250. */
  readonly pollMs?: number;
  /** Pause while nothing is under way; default 5,000. */
  readonly idleMs?: number;
  /** A transaction that is not in a block after this long pays more; default 30,000. */
  readonly bumpAfterMs?: number;
  /** Told of every failed round; the anchorer itself never stops on one. */
  readonly onError?: (error: unknown) => void;
}

/** How the anchorer stands, for `/readyz` and `/metrics`. */
export interface AnchorerStatus {
  readonly running: boolean;
  /** Problem code of the last round, null when it went well. */
  readonly problem: string | null;
  /** Unix milliseconds of the last round that went well. */
  readonly lastRoundAt: number | null;
  readonly counts: Readonly<Record<string, number>>;
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

/** Makes the anchorer; nothing runs before `start`. */
export function createAnchorer<Tx>(_options: AnchorerOptions<Tx>): Anchorer {
  throw new Error('being written');
}
