import { registry } from '../registry.ts';
import type { ClaimResult } from './claims.ts';
import { checkBytes, checkLook, type FileFacts } from './file-claims.ts';
import { modelFolder } from './recompute.ts';

/** What a verification is given. */
export interface VerificationInput {
  readonly bundle: unknown;
  readonly original: File | null;
  readonly suspect: File | null;
  /** Empty: the chain is not asked, and what needs it stays grey. */
  readonly rpcUrl: string;
  readonly onStep: (text: string) => void;
}

/** Verifies a bundle in this browser. */
export async function runVerification(input: VerificationInput): Promise<readonly ClaimResult[]> {
  const facts = (input.bundle as { record: FileFacts }).record;
  const model = registry.get().facts?.model;
  const claims: ClaimResult[] = [];
  if (input.original && model) {
    claims.push(await checkBytes(input.original, facts, 'work'));
    claims.push(
      await checkLook(input.original, facts, modelFolder(model.name, model.version), 'work', input.onStep),
    );
  }
  return claims;
}
