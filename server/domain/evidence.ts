import type { Digest } from './digest.ts';
import type { CheckId, EvidenceId, KeyId, WorkId } from './ids.ts';
import type { Match } from './match.ts';

export const EVIDENCE_STATES = ['recorded', 'submitted', 'anchored', 'failed'] as const;
export type EvidenceState = (typeof EVIDENCE_STATES)[number];

/** An infringement claim made from one match of a check; anchored in the EvidenceLedger. */
export interface Evidence {
  readonly id: EvidenceId;
  readonly state: EvidenceState;
  readonly checkId: CheckId;
  readonly workId: WorkId;
  readonly keyId: KeyId;
  readonly match: Match;
  /** Where the suspect file was found, as the reporter states it. */
  readonly sourceUrl: string | null;
  readonly statement: string | null;
  /** Address of the accused, if known. */
  readonly accused: `0x${string}` | null;
  readonly suspectHash: Digest;
  readonly suspectCode: Digest;
  /** Hamming distance of the two codes, 0…256; the contract recomputes it. */
  readonly hammingDistance: number;
  /** Merkle root (RFC 6962) over the leaves of the dossier. */
  readonly evidenceRoot: Digest;
  readonly evidenceCid: string;
  /** Content-derived id on the chain. */
  readonly claimId: Digest | null;
  readonly transactionHash: Digest | null;
  readonly blockNumber: number | null;
  readonly blockTime: number | null;
  readonly finalized: boolean;
  readonly problem: { readonly code: string; readonly detail: string } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}
