import type { z } from 'zod';
import type { Caller } from '../actions/caller.ts';
import type { OnCommit } from '../actions/deps.ts';
import type { StoredUpload } from '../content/content-store.ts';
import type { Role } from '../domain/key.ts';
import type { ProblemCode } from '../errors.ts';
import type { HttpDeps } from './http-deps.ts';

/** Who may call: anybody, or keys with one of these roles (`admin` may do everything and is always listed). */
export type RouteAuth = 'public' | readonly Role[];

/** One server-sent event. */
export interface StreamEvent {
  readonly id?: number;
  readonly event: string;
  readonly data: unknown;
}

/** What a handler gives: JSON, bytes, a file (whole or the range that is asked), or a stream of events. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bytes?: { readonly type: string; readonly data: Uint8Array };
  readonly file?: { readonly type: string; readonly path: string };
  readonly events?: (signal: AbortSignal) => AsyncIterable<StreamEvent>;
}

/** A file that came with a multipart request; it is on disk. */
export interface ReceivedFile {
  readonly upload: StoredUpload;
  readonly fileName: string;
}

/** What a committed write tells: the line of the audit log, and the answer to repeat under an `Idempotency-Key`. */
export interface Committed {
  readonly subjectId: string;
  readonly answer: Answer;
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** What a handler gets: everything was parsed and permitted. */
export interface RouteCall<P, Q, B> {
  readonly params: P;
  readonly query: Q;
  readonly body: B;
  /** Multipart routes only. */
  readonly file: ReceivedFile | null;
  /** The API key behind the call; handlers of public routes must not ask for it. */
  readonly caller: Caller;
  /** `Prefer: wait=N` in milliseconds; 0 without it. */
  readonly waitMs: number;
  readonly lastEventId: number;
  /** Aborts when the client is gone or the service stops. */
  readonly signal: AbortSignal;
  /** Makes the hook that writes audit line and idempotent response in the action's transaction. */
  onCommit<T>(describe: (result: T) => Committed): OnCommit<T>;
}

type Shape = z.ZodType;
type Output<S> = S extends z.ZodType<infer T> ? T : undefined;

/**
 * One route: it becomes the Express handler and the OpenAPI operation, so neither can lie about the other. `auth` is
 * required; a test walks every route.
 */
export interface Route<
  P extends Shape | undefined = Shape | undefined,
  Q extends Shape | undefined = Shape | undefined,
  B extends Shape | undefined = Shape | undefined,
> {
  readonly method: 'get' | 'post' | 'delete';
  /** As OpenAPI writes it: `/v1/works/{id}`. */
  readonly path: string;
  /** Name of the operation, kebab-case; also the action in the audit log. */
  readonly operation: string;
  readonly tag: string;
  readonly summary: string;
  readonly description?: string;
  readonly auth: RouteAuth;
  readonly params?: P;
  readonly query?: Q;
  readonly body?: B;
  /** `multipart`: `body` describes the text fields, and a part `file` may come with them. */
  readonly bodyType?: 'json' | 'multipart';
  /** JSON responses by status; or a media type for bytes and event streams. */
  readonly responses: Readonly<Record<number, Shape | string>>;
  readonly problems: readonly ProblemCode[];
  /** Repetitions under an `Idempotency-Key` get the answer given at the commit, not the one sent: for secrets. */
  readonly keepFirstAnswer?: boolean;
  handle(deps: HttpDeps, call: RouteCall<Output<P>, Output<Q>, Output<B>>): Promise<Answer>;
}

/** Types a route by its schemas and forgets them for the list of all routes. */
export function defineRoute<
  P extends Shape | undefined = undefined,
  Q extends Shape | undefined = undefined,
  B extends Shape | undefined = undefined,
>(route: Route<P, Q, B>): Route {
  return route as unknown as Route;
}

/** Every role; for routes that any key may call. */
export const ANY_KEY: readonly Role[] = ['creator', 'platform', 'auditor', 'admin'];
