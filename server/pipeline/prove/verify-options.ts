import type { Digest } from '../../domain/digest.ts';
import type { Print } from '../../domain/fingerprint.ts';
import type { Box } from '../../domain/media.ts';
import type { Address } from '../../domain/records/index.ts';
import type { ChainReader } from '../anchor/index.ts';

/** Makes fingerprints of files: the same model, wherever the verifier runs it. */
export interface Fingerprinter {
  readonly modelDigest: Digest;
  /**
   * Whether equal bytes give the very same print as the service's decoder. False in a browser, whose own decoder and
   * scaler move a few bits: then codes are compared with some tolerance.
   */
  readonly exact: boolean;
  fingerprint(bytes: Uint8Array): Promise<Print>;
  /** Code and vector of a part of the picture, which is mirrored first when `mirrored` is set. */
  fingerprintPart(
    bytes: Uint8Array,
    box: Box,
    mirrored: boolean,
  ): Promise<{ readonly code: Digest; readonly vector: Int8Array }>;
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
  readonly file?: Uint8Array | undefined;
  /** Bytes of the suspect (evidence bundles). */
  readonly suspectFile?: Uint8Array | undefined;
  /** A node that the verifier trusts, bound to the contracts that the verifier expects. */
  readonly chain?: ChainReader | undefined;
  readonly isPublishedCode?: CodeCheck | undefined;
  readonly fingerprinter?: Fingerprinter | undefined;
}
