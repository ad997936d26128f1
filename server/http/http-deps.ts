import type { Logger } from 'pino';
import type { Deps } from '../actions/deps.ts';
import type { FsckReport } from '../actions/fsck.ts';
import type { EvidenceId, WorkId } from '../domain/ids.ts';
import type { Metrics } from './metrics.ts';
import type { RelayRpc } from './relay-rpc.ts';

/** What `/readyz` says of one part. */
export interface PartState {
  readonly ok: boolean;
  readonly detail: string;
}

/** Limits of the HTTP door. */
export interface HttpLimits {
  readonly maxFileBytes: number;
  readonly maxJsonBytes: number;
  /** Requests a second of one API key, and how many may come at once. */
  readonly ratePerSecond: number;
  readonly rateBurst: number;
}

/** Everything that the routes use. */
export interface HttpDeps extends Deps {
  readonly limits: HttpLimits;
  readonly metrics: Metrics;
  readonly log: Logger;
  /** JSON-RPC URL of the local chain, null for a chain of others (it may hold a secret). */
  readonly publicRpcUrl: string | null;
  /** Reads from the chain node for a browser that cannot reach it. */
  readonly relayRpc: RelayRpc;
  readonly exportWorkProof: (id: WorkId) => Promise<object>;
  readonly exportEvidenceProof: (id: EvidenceId) => Promise<object>;
  /** `deep`: fingerprints are made again from the files, which takes as long as registering them did. */
  readonly fsck: (options: { readonly deep: boolean }) => Promise<FsckReport>;
  /** State of the parts that the service cannot work without. */
  readonly parts: () => Promise<Readonly<Record<string, PartState>>>;
}
