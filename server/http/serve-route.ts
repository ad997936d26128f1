import type { Request, RequestHandler, Response } from 'express';
import { authenticate } from '../actions/authenticate.ts';
import type { Caller } from '../actions/caller.ts';
import type { OnCommit } from '../actions/deps.ts';
import { receiveUpload, releaseUpload } from '../actions/receive-upload.ts';
import { AccessError, InputError, InternalError } from '../errors.ts';
import type { IdempotencyRef } from '../store/idempotency-store.ts';
import { checkAnswer, sendAnswer, sendEvents, toStored } from './answer.ts';
import type { HttpDeps } from './http-deps.ts';
import { beginIdempotent, digestRequest, readIdempotencyKey } from './idempotency.ts';
import { asColophonError, parsePart, toProblem } from './problem.ts';
import type { RateLimiter } from './rate-limiter.ts';
import { readMultipart } from './read-multipart.ts';
import type { Answer, Committed, ReceivedFile, Route, RouteCall } from './route.ts';

const LONGEST_WAIT_S = 120;
const BEAT_MS = 10_000;

/** What a request is served with. */
export interface ServeOptions {
  readonly deps: HttpDeps;
  readonly limiter: RateLimiter;
  /** Aborts when the service stops. */
  readonly stopping: AbortSignal;
}

/** Makes the Express handler of a route. */
export function serveRoute(route: Route, options: ServeOptions): RequestHandler {
  return async (request, response) => {
    response.locals['route'] = route.path;
    const caller = await admit(route, request, response, options);
    const signal = AbortSignal.any([options.stopping, closedSignal(response)]);
    const params = route.params ? parsePart(route.params, request.params, 'path') : undefined;
    const query = route.query ? parsePart(route.query, request.query, 'query') : undefined;
    const { body, file } = await readBody(route, request, options.deps);
    try {
      const write = new Write(route, options.deps, caller, String(response.locals['requestId']));
      const call: RouteCall<unknown, unknown, unknown> = {
        params,
        query,
        body,
        file,
        caller: caller as Caller,
        waitMs: readWait(request.get('prefer')),
        lastEventId: Number(request.get('last-event-id') ?? 0) || 0,
        signal,
        onCommit: (describe) => write.onCommit(describe),
      };
      const answer = await write.run(request, body, file, () =>
        route.handle(options.deps, call as Parameters<Route['handle']>[1]),
      );
      if (call.waitMs > 0 && !route.responses[200]?.toString().includes('event-stream')) {
        response.set('Preference-Applied', `wait=${Math.round(call.waitMs / 1000)}`);
      }
      if (answer.events) await sendEvents(response, answer.events(signal));
      else sendAnswer(response, answer);
    } finally {
      if (file) await releaseUpload(options.deps, file.upload.contentId);
    }
  };
}

/** Who calls, whether they may, and whether not too often. Null on public routes without a key. */
async function admit(
  route: Route,
  request: Request,
  response: Response,
  { deps, limiter }: ServeOptions,
): Promise<Caller | null> {
  const caller = route.auth === 'public' ? null : await authenticate(deps, request.get('authorization'));
  const state = limiter.take(caller?.keyId ?? `address ${request.ip}`, deps.now());
  if (state) {
    response.set({
      'RateLimit-Limit': String(state.limit),
      'RateLimit-Remaining': String(state.remaining),
      'RateLimit-Reset': String(state.resetS),
    });
  }
  if (caller && route.auth !== 'public' && !route.auth.includes(caller.role)) {
    throw new AccessError(
      'forbidden',
      `this needs the role ${route.auth.join(' or ')}; the key is ${caller.role}`,
    );
  }
  return caller;
}

async function readBody(
  route: Route,
  request: Request,
  deps: HttpDeps,
): Promise<{ body: unknown; file: ReceivedFile | null }> {
  if (!route.body) return { body: undefined, file: null };
  if (route.bodyType !== 'multipart') {
    // Without a body Express leaves it undefined; an empty object then names the missing fields.
    if (request.body === undefined && Number(request.get('content-length') ?? 0) > 0) {
      throw new InputError('invalid_request', 'send the body as application/json');
    }
    return { body: parsePart(route.body, request.body, 'body'), file: null };
  }
  const { fields, file } = await readMultipart(request, {
    maxFileBytes: deps.limits.maxFileBytes,
    receive: (stream) => receiveUpload(deps, stream, deps.limits.maxFileBytes),
    release: (upload) => releaseUpload(deps, upload.contentId),
  });
  try {
    return { body: parsePart(route.body, fields, 'form'), file };
  } catch (error) {
    if (file) await releaseUpload(deps, file.upload.contentId);
    throw error;
  }
}

/** `Prefer: wait=N` (RFC 7240) in milliseconds. */
function readWait(header: string | undefined): number {
  const seconds = Number(/(?:^|[,;\s])wait\s*=\s*"?(\d{1,6})/i.exec(header ?? '')?.[1] ?? 0);
  return Math.min(seconds, LONGEST_WAIT_S) * 1000;
}

function closedSignal(response: Response): AbortSignal {
  const controller = new AbortController();
  response.on('close', () => controller.abort());
  return controller.signal;
}

/**
 * One write under an optional `Idempotency-Key`. Its first answer is kept in the transaction of the change; a later
 * one (after a wait) replaces it. A write that changed nothing gives the key free again.
 */
class Write {
  readonly #route: Route;
  readonly #deps: HttpDeps;
  readonly #caller: Caller | null;
  readonly #requestId: string;
  #ref: IdempotencyRef | null = null;
  #committed = false;

  constructor(route: Route, deps: HttpDeps, caller: Caller | null, requestId: string) {
    this.#route = route;
    this.#deps = deps;
    this.#caller = caller;
    this.#requestId = requestId;
  }

  onCommit<T>(describe: (result: T) => Committed): OnCommit<T> {
    return async (sql, result) => {
      const { subjectId, answer, facts = {} } = describe(result);
      await this.#deps.audit.insertAuditEntry(sql, {
        keyId: this.#caller?.keyId ?? null,
        requestId: this.#requestId,
        action: this.#route.operation,
        subjectId,
        outcome: 'ok',
        facts,
      });
      if (this.#ref) {
        const kept = toStored(checkAnswer(this.#route, answer));
        await this.#deps.idempotency.keepResponse(sql, this.#ref, kept);
      }
      this.#committed = true;
    };
  }

  async run(
    request: Request,
    body: unknown,
    file: ReceivedFile | null,
    handle: () => Promise<Answer>,
  ): Promise<Answer> {
    if (this.#route.method !== 'post' || !this.#caller) return checkAnswer(this.#route, await handle());
    const ref = readIdempotencyKey(request.get('idempotency-key'), this.#caller);
    if (ref) {
      const digest = digestRequest(request.method, request.path, body, file);
      const before = await beginIdempotent(this.#deps, ref, digest);
      if (before) return replay(before);
      this.#ref = ref;
    }
    const beat = setInterval(() => {
      if (ref) this.#deps.idempotency.extend(ref).catch(() => undefined);
    }, BEAT_MS);
    try {
      const answer = checkAnswer(this.#route, await handle());
      await this.#keepLater(answer);
      return answer;
    } catch (error) {
      await this.#keepProblem(error);
      throw error;
    } finally {
      clearInterval(beat);
    }
  }

  /** The answer after a wait says more than the one of the commit, so repetitions get it. */
  async #keepLater(answer: Answer): Promise<void> {
    if (!this.#ref) return;
    if (!this.#committed)
      await this.#deps.idempotency.keepResponse(this.#deps.db, this.#ref, toStored(answer));
    else if (!this.#route.keepFirstAnswer) {
      await this.#deps.idempotency.keepResponse(this.#deps.db, this.#ref, toStored(answer));
    }
  }

  async #keepProblem(error: unknown): Promise<void> {
    if (!this.#ref) return;
    if (!this.#committed) {
      await this.#deps.idempotency.release(this.#ref).catch(() => undefined);
      return;
    }
    const known = asColophonError(error);
    if (known.status >= 500 || known.retryable || known instanceof InternalError) return;
    const { status, ...body } = toProblem(known);
    const headers = {
      'Content-Type': 'application/problem+json',
      ...(known.location === undefined ? {} : { Location: known.location }),
    };
    const stored = { status, headers, body: { status, ...body } };
    await this.#deps.idempotency.keepResponse(this.#deps.db, this.#ref, stored);
  }
}

function replay(stored: {
  status: number;
  headers: Readonly<Record<string, string>>;
  body: unknown;
}): Answer {
  return { ...stored, headers: { ...stored.headers, 'Idempotent-Replayed': 'true' } };
}
