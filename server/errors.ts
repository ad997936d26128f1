/**
 * The catalogue of problems and the class hierarchy.
 *
 * Every failure a user can meet has one stable `code`. HTTP maps it to RFC 9457 `application/problem+json`,
 * the command line to an exit code, jobs to "retry or give up". Foreign errors are translated at the edge
 * that owns their library and keep the original as `cause`.
 */
const CATALOGUE = {
  // input
  invalid_request: { status: 400, title: 'The request is not of the expected form', retryable: false },
  body_too_large: { status: 413, title: 'The request body is larger than the limit', retryable: false },
  upload_incomplete: { status: 400, title: 'The upload ended before its last byte', retryable: true },
  empty_file: { status: 422, title: 'The file is empty', retryable: false },
  unsupported_media: { status: 415, title: 'This type of media is not supported', retryable: false },
  corrupt_media: { status: 422, title: 'The media cannot be decoded', retryable: false },
  media_too_large: {
    status: 413,
    title: 'The media exceeds the pixel, byte or length limit',
    retryable: false,
  },
  unsafe_name: { status: 400, title: 'The file name is not acceptable', retryable: false },
  invalid_signature: {
    status: 422,
    title: "The signature is not the owner's over this record",
    retryable: false,
  },
  signature_expired: { status: 422, title: 'The deadline of the signature has passed', retryable: false },
  signature_replayed: { status: 409, title: 'This signature or nonce was used before', retryable: false },
  wrong_chain: {
    status: 422,
    title: 'The signature or bundle is for another chain or contract',
    retryable: false,
  },
  invalid_bundle: { status: 422, title: 'The proof bundle is not well formed', retryable: false },
  // access
  missing_key: { status: 401, title: 'An API key is needed', retryable: false },
  unknown_key: { status: 401, title: 'The API key is not known or was revoked', retryable: false },
  forbidden: { status: 403, title: 'The role of this API key does not permit the call', retryable: false },
  rate_limited: { status: 429, title: 'Too many requests with this API key', retryable: true },
  // not found
  not_found: { status: 404, title: 'There is no such resource', retryable: false },
  unknown_content: { status: 404, title: 'The content id is not in the store', retryable: false },
  method_not_allowed: { status: 405, title: 'The resource does not know this method', retryable: false },
  // conflict
  already_registered: { status: 409, title: 'This content is registered already', retryable: false },
  content_held: { status: 409, title: 'Somebody else has begun to register this content', retryable: false },
  copy_of_registered_work: {
    status: 409,
    title: 'This is a copy of a registered work of another owner',
    retryable: false,
  },
  not_signed: { status: 409, title: 'The work was not signed in time', retryable: false },
  already_filed: { status: 409, title: 'Evidence of this match was filed already', retryable: false },
  wrong_state: { status: 409, title: 'The resource is not in a state that permits this', retryable: false },
  idempotency_mismatch: {
    status: 422,
    title: 'The Idempotency-Key was used with another request',
    retryable: false,
  },
  idempotency_in_progress: {
    status: 409,
    title: 'The first request with this Idempotency-Key is still running',
    retryable: true,
  },
  // upstream
  chain_unavailable: { status: 503, title: 'The chain node does not answer', retryable: true },
  chain_lying: { status: 502, title: 'The chain node gives contradictory answers', retryable: true },
  chain_rejected: { status: 422, title: 'The contract refuses the transaction', retryable: false },
  content_unavailable: { status: 503, title: 'The content store does not answer', retryable: true },
  database_unavailable: { status: 503, title: 'The database does not answer', retryable: true },
  database_locked: { status: 503, title: 'The database is in use by another process', retryable: false },
  service_unavailable: { status: 503, title: 'The service does not answer', retryable: true },
  disk_full: { status: 507, title: 'The disk is full', retryable: true },
  // internal
  model_missing: { status: 500, title: 'A model file is missing', retryable: false },
  model_altered: {
    status: 500,
    title: 'A model file does not have the digest of its card',
    retryable: false,
  },
  provider_unavailable: {
    status: 500,
    title: 'The inference provider or decoding device is not available here',
    retryable: false,
  },
  config_invalid: { status: 500, title: 'The configuration is not valid', retryable: false },
  starting: { status: 503, title: 'The service is starting', retryable: true },
  shutting_down: { status: 503, title: 'The service is stopping', retryable: true },
  internal: { status: 500, title: 'Something went wrong on our side', retryable: false },
} as const;

/** Stable machine code of a problem. */
export type ProblemCode = keyof typeof CATALOGUE;

/** What the catalogue says of a code. */
export interface ProblemEntry {
  readonly status: number;
  readonly title: string;
  readonly retryable: boolean;
}

/** Extra facts of one occurrence; `location` points to the resource that exists already (409). */
export interface ProblemOptions {
  readonly cause?: unknown;
  readonly location?: string;
  readonly extra?: Readonly<Record<string, unknown>>;
}

/** Looks a code up. */
export function problemEntry(code: ProblemCode): ProblemEntry {
  return CATALOGUE[code];
}

/** All codes, for documentation and tests. */
export function problemCodes(): readonly ProblemCode[] {
  return Object.keys(CATALOGUE) as ProblemCode[];
}

/** Base of every error that this project raises on purpose. `message` is the detail shown to the user. */
export abstract class ColophonError extends Error {
  readonly code: ProblemCode;
  readonly location: string | undefined;
  readonly extra: Readonly<Record<string, unknown>>;

  constructor(code: ProblemCode, detail: string, options: ProblemOptions = {}) {
    super(detail, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.location = options.location;
    this.extra = options.extra ?? {};
  }

  get retryable(): boolean {
    return CATALOGUE[this.code].retryable;
  }

  get status(): number {
    return CATALOGUE[this.code].status;
  }
}

/** The caller sent something that cannot be accepted. */
export class InputError extends ColophonError {}
/** The caller may not do this. */
export class AccessError extends ColophonError {}
/** The thing named does not exist. */
export class NotFoundError extends ColophonError {}
/** The state of the world forbids it; `location` names what exists. */
export class ConflictError extends ColophonError {}
/** Something we depend on failed (chain, database, content store, disk). */
export class UpstreamError extends ColophonError {}
/** Our own fault. */
export class InternalError extends ColophonError {}
