import type { KeyId } from './ids.ts';

/**
 * What a caller may be. `creator` registers works, `platform` checks uploads and files evidence, `auditor` reads
 * everything and runs fsck, `admin` does all of it and manages keys.
 */
export const ROLES = ['creator', 'platform', 'auditor', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** An API key without its secret. */
export interface ApiKey {
  readonly id: KeyId;
  readonly name: string;
  readonly role: Role;
  readonly createdAt: string;
  readonly revokedAt: string | null;
}
