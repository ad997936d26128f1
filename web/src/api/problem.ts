import { ColophonError, problemEntry } from '../../../server/errors.ts';

/** A failure that the user can be told about: RFC 9457 from the service, or what the browser saw. */
export class Problem extends Error {
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly retryable: boolean;
  readonly location: string | null;
  /** Further members of the problem document, e.g. `match`. */
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(parts: {
    code: string;
    title: string;
    detail: string;
    status?: number;
    retryable?: boolean;
    location?: string | null;
    extra?: Readonly<Record<string, unknown>>;
  }) {
    super(parts.detail);
    this.name = 'Problem';
    this.code = parts.code;
    this.title = parts.title;
    this.status = parts.status ?? 0;
    this.retryable = parts.retryable ?? false;
    this.location = parts.location ?? null;
    this.extra = parts.extra ?? {};
  }
}

/** Reads a problem document; a body that is none still becomes a problem with the status. */
export function problemFromBody(status: number, body: string, location: string | null = null): Problem {
  let parsed: Record<string, unknown> = {};
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) parsed = value as Record<string, unknown>;
  } catch {
    // Not JSON: a proxy's page, or nothing. The status alone has to do.
  }
  const { code, title, detail, retryable, type: _type, status: _status, location: place, ...extra } = parsed;
  return new Problem({
    status,
    code: typeof code === 'string' ? code : `http_${status}`,
    title: typeof title === 'string' ? title : `The service answered ${status}`,
    detail: typeof detail === 'string' ? detail : 'It gave no further explanation.',
    retryable: typeof retryable === 'boolean' ? retryable : status >= 500,
    location: typeof place === 'string' ? place : location,
    extra,
  });
}

/** Anything thrown, as a problem. */
export function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof ColophonError) {
    const { code, status, retryable, message } = error;
    return new Problem({ code, status, retryable, title: problemEntry(code).title, detail: message });
  }
  if (error instanceof TypeError) return offlineProblem(error.message);
  const detail = error instanceof Error ? error.message : String(error);
  return new Problem({ code: 'browser', title: 'Something failed in this browser', detail });
}

/** The service could not be reached at all. */
export function offlineProblem(detail = 'The request did not reach it.'): Problem {
  return new Problem({ code: 'offline', title: 'The service cannot be reached', detail, retryable: true });
}

/** What the user can do next, by code. Codes without an entry need no advice beyond their detail. */
const NEXT: Readonly<Record<string, string>> = {
  offline: 'Check that the service is running and this device is online. Nothing you entered is lost.',
  missing_key: 'Enter an API key: the button with the key, at the top.',
  unknown_key: 'The key is mistyped or was revoked. Enter another, or ask your administrator for one.',
  forbidden: 'Ask your administrator for a key with the role this needs.',
  rate_limited: 'Wait a minute, then try again.',
  empty_file: 'Choose a file that has content.',
  unsupported_media: 'Save it in one of the formats named at the drop zone, then try again.',
  corrupt_media: 'Open the file in the program it was made with and save it anew, then try again.',
  media_too_large: 'Use a smaller or shorter version of it.',
  upload_incomplete: 'The connection broke. Try the upload again.',
  already_registered: 'See the registration that exists: the first one stays.',
  content_held: 'It is not registered yet. If it stays unsigned it makes way: try again after that time.',
  not_signed: 'Register the file again and sign it this time.',
  already_filed: 'See the evidence that exists: a second filing would add nothing.',
  starting: 'The service is opening its parts. Try again in a few seconds.',
  copy_of_registered_work: 'If you own both, register with the same owner key; otherwise ask for a review.',
  wrong_state: 'Reload the page to see where it stands.',
  invalid_signature: 'Unlock the key whose address was named as the owner, and sign again.',
  signature_expired: 'Sign again: a new deadline is set.',
  signature_replayed: 'Reload the page: the signature may have arrived already.',
  invalid_bundle: 'Use the .json file as it was downloaded here or saved by “npx colophon proof”.',
  wrong_chain: 'Switch the wallet to the chain of this registry.',
  chain_unavailable: 'Your work is safe. It is sent to the chain as soon as the node answers.',
  database_locked: 'Another Colophon process uses the same data folder. Stop one of them.',
  disk_full: 'Free space on the server, then try again.',
  not_found: 'The link may be mistyped, or belongs to another registry.',
  model_missing: 'The server has to be set up again: see its doctor command.',
  model_altered: 'The server has to be set up again: see its doctor command.',
};

/** Of a film or sound that ends too soon the detail says so; saving anew what is left would not bring it back. */
function isCutOff({ code, message }: Pick<Problem, 'code' | 'message'>): boolean {
  return code === 'corrupt_media' && /^the file is cut off/.test(message);
}

/** A file whose start cannot be read is of no known format: only the detail says that it may be damaged. */
function mayBeDamaged({ code, message }: Pick<Problem, 'code' | 'message'>): boolean {
  return code === 'unsupported_media' && /damaged|cut off/.test(message);
}

/** What failed, as a headline. */
export function headlineOf(problem: Pick<Problem, 'code' | 'title' | 'message'>): string {
  return mayBeDamaged(problem)
    ? 'This file is damaged, or its type of media is not supported'
    : problem.title;
}

/** Advice in a sentence or two, or null. */
export function nextStep(problem: Pick<Problem, 'code' | 'retryable' | 'message'>): string | null {
  if (mayBeDamaged(problem)) {
    return 'See whether the file plays: if it does not, it may be cut off, so fetch it anew; if it does, save it in one of the formats named at the drop zone.';
  }
  if (isCutOff(problem)) return 'It did not arrive whole: fetch it anew from where it came, then try again.';
  return NEXT[problem.code] ?? (problem.retryable ? 'Try again in a moment.' : null);
}
