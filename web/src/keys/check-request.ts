/** Between the service and the owner's key: what the key signs is built and checked here. */
import {
  type Address,
  checkSigningRequest,
  type SigningQuestions,
} from '../../../server/domain/records/index.ts';
import { getJson, postJson } from '../api/client.ts';
import { hashFile } from '../api/local-files.ts';
import type { SigningRequest } from '../api/types.ts';
import { signQuestion } from './owner-key.ts';

/** A request that may be signed, and the terms that go back with the signature. */
export interface CheckedRequest {
  readonly questions: SigningQuestions;
  readonly deadline: number;
  readonly nonce: string | null;
}

/**
 * Asks the service what to sign and checks that it is a record of this very file and owner. Throws the service's
 * problems, and `InputError('invalid_signature')` when the request is about something else.
 */
export async function requestToSign(workId: string, file: File, owner: Address): Promise<CheckedRequest> {
  // Not `crypto.subtle`: on a plain-HTTP address other than localhost a browser does not offer it.
  // Piece by piece: a film does not fit into memory, and a browser refuses to try.
  const contentHash = await hashFile(file);
  const asked = await getJson<SigningRequest>(`works/${workId}/signing-request`);
  const questions = checkSigningRequest(asked, { contentHash, owner });
  return { questions, deadline: asked.deadline, nonce: asked.nonce };
}

/** Signs a checked request with the owner's key and hands the signatures in. */
export async function handIn(workId: string, request: CheckedRequest): Promise<void> {
  const { main, standing } = request.questions;
  const signature = await signQuestion(main);
  await postJson(`works/${workId}/signature`, {
    signature,
    standing: standing === null ? null : await signQuestion(standing),
    deadline: request.deadline,
    nonce: request.nonce,
  });
}
