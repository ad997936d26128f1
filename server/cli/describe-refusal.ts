import { ColophonError, type ProblemCode, problemCodes, problemEntry } from '../errors.ts';
import { ApiProblem } from './api-client.ts';

/**
 * What became of a file that was not taken: the service would not have it, or something on the way failed and the same file
 * may be taken the next time. A code that is not in the catalogue comes from on the way: a proxy's 408 for example.
 */
export function refusalOf(code: string | null): 'refused' | 'failed' {
  const known = problemCodes().find((one) => one === code) as ProblemCode | undefined;
  if (known === undefined) return 'failed';
  const { status, retryable } = problemEntry(known);
  return status < 500 && !retryable ? 'refused' : 'failed';
}

/** Code and reason of what was thrown for one file; `internal` where it is no problem of ours or of the service. */
export function problemOf(error: unknown): { readonly code: string; readonly detail: string } {
  if (error instanceof ApiProblem) return { code: error.code, detail: error.detail };
  const code = error instanceof ColophonError ? error.code : 'internal';
  return { code, detail: error instanceof Error ? error.message : String(error) };
}

/** Why, in the one form of all commands: the reason, the code for machines, and what stands in the way. */
export function describeRefusal(refusal: {
  readonly code: string | null;
  readonly detail: string | null;
  /** Path in the API of what exists already. */
  readonly existing?: string | null;
}): string {
  const { code, detail, existing } = refusal;
  const id = existing?.split('/').pop() ?? '';
  const see = id !== '' && !detail?.includes(id) ? `, see ${id}` : '';
  return `${detail ?? 'no reason was given'}${see} (${code ?? 'internal'})`;
}
