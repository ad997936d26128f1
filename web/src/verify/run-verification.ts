import { makeChainReader } from '../../../server/chain/chain-reader.ts';
import { isPublishedCode } from '../../../server/chain/published-code.ts';
import { connectRpc } from '../../../server/chain/rpc.ts';
import type { Address } from '../../../server/domain/records/index.ts';
import { type ClaimResult, type ProofBundle, verifyBundle } from '../../../server/pipeline/prove/index.ts';
import { createBrowserFingerprinter, createDeafFingerprinter } from './browser-fingerprinter.ts';

const RPC_TIMEOUT_MS = 15_000;
// Where a node has no `finalized` tag, this many blocks below the newest count as final.
const FINALITY_DEPTH = 64;

/** The contracts that the user expects the proof to speak of. */
export interface ExpectedContracts {
  readonly registry: Address;
  readonly ledger: Address;
}

/** What a verification is given. */
export interface VerificationInput {
  readonly bundle: ProofBundle;
  readonly original: File | null;
  readonly suspect: File | null;
  /** Empty: the chain is not asked, and what needs it stays open. */
  readonly rpcUrl: string;
  readonly expected: ExpectedContracts;
  readonly onStep: (text: string) => void;
}

/** Verifies a bundle in this browser: hashes, signatures, paths and fingerprints here, the rest by the node. */
export async function runVerification(input: VerificationInput): Promise<readonly ClaimResult[]> {
  const { bundle, rpcUrl, expected } = input;
  const fingerprinter = createBrowserFingerprinter(bundle.work.model, input.onStep);
  try {
    return await verifyBundle(bundle, {
      file: await readBytes(input.original),
      suspectFile: await readBytes(input.suspect),
      chain:
        rpcUrl === ''
          ? undefined
          : makeChainReader(connectRpc(rpcUrl, RPC_TIMEOUT_MS), {
              ...expected,
              finalityDepth: FINALITY_DEPTH,
            }),
      isPublishedCode,
      fingerprinter,
      soundFingerprinter: bundle.work.soundModel && createDeafFingerprinter(bundle.work.soundModel),
    });
  } finally {
    fingerprinter.close();
  }
}

async function readBytes(file: File | null): Promise<Uint8Array | undefined> {
  return file === null ? undefined : new Uint8Array(await file.arrayBuffer());
}
