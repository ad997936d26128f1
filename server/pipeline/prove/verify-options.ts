import type { Digest } from '../../domain/digest.ts';
import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { Address } from '../../domain/records/index.ts';
import type { ChainReader } from '../anchor/index.ts';
import type { SuspectPlace } from '../record/index.ts';

/** A file of the verifier: its bytes, or, where it is long, its place on disk and the digest that was taken of it. */
export type ProofFile = Uint8Array | { readonly path: string; readonly sha256: Digest };

/** Makes fingerprints of files: the same model, wherever the verifier runs it. */
export interface Fingerprinter {
  readonly modelDigest: Digest;
  /**
   * Whether equal bytes give the very same print as the service's decoder. False in a browser, whose own decoder and
   * scaler move a few bits: then codes are compared with some tolerance.
   */
  readonly exact: boolean;
  fingerprint(file: ProofFile, mediaType: string): Promise<LeafPrint>;
  /** Code and vector of a part of the work; a picture is mirrored first where that is said. A text has no vector. */
  fingerprintPart(
    file: ProofFile,
    mediaType: string,
    place: SuspectPlace,
  ): Promise<{ readonly code: Digest; readonly vector: Int8Array | null }>;
}

/** Whether runtime code is the published one, at the place where it stands (server/chain/published-code.ts). */
export type CodeCheck = (
  name: 'registry' | 'ledger',
  code: string,
  site: { readonly chainId: number; readonly registry: Address; readonly ledger: Address },
) => boolean;

/** What a verifier brings along. Whatever is missing leaves its claims `unknown`. */
export interface VerifyOptions {
  /** Bytes of the registered work. */
  readonly file?: ProofFile | undefined;
  /** Bytes of the suspect (evidence bundles). */
  readonly suspectFile?: ProofFile | undefined;
  /** A node that the verifier trusts, bound to the contracts that the verifier expects. */
  readonly chain?: ChainReader | undefined;
  readonly isPublishedCode?: CodeCheck | undefined;
  readonly fingerprinter?: Fingerprinter | undefined;
  /** For films: the one with the model of their sound. */
  readonly soundFingerprinter?: Fingerprinter | undefined;
}
