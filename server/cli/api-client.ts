import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { UpstreamError } from '../errors.ts';
import { readEvents, type ServerEvent } from './read-events.ts';
import type { Settings } from './settings.ts';

/** A problem document (RFC 9457) that the service answered. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  /** Path of the resource that exists already, from the `Location` header. */
  readonly location: string | null;
  readonly body: Readonly<Record<string, unknown>>;
  /** Seconds to wait before another try, from `Retry-After`. */
  readonly retryAfterS: number | null;

  constructor(response: Response, body: Record<string, unknown>) {
    const detail = String(body['detail'] ?? body['title'] ?? response.statusText);
    super(detail);
    this.name = 'ApiProblem';
    this.status = response.status;
    this.code = String(body['code'] ?? 'internal');
    this.detail = detail;
    this.location = response.headers.get('location');
    this.body = body;
    const retryAfter = Number(response.headers.get('retry-after'));
    this.retryAfterS = Number.isFinite(retryAfter) && retryAfter > 0 ? retryAfter : null;
  }
}

/** Options of one call. */
export interface CallOptions {
  /** Ask the service to hold the answer until the job has ended, at most so many seconds (RFC 7240). */
  readonly waitS?: number;
  readonly idempotencyKey?: string;
}

// The service says how long to wait; without a word we start small and double.
const TRIES = 6;
const FIRST_PAUSE_MS = 300;
/** Pauses where nothing answers at all. */
const SILENT_PAUSES_MS = [300, 700, 1500, 2500];
/** And where something answered before: a minute, enough for a service that is being started again, and heard within a second. */
const PATIENT_PAUSES_MS = [...SILENT_PAUSES_MS, ...Array.from({ length: 55 }, () => 1000)];

/** Talks to the HTTP API of one service with one API key. Sends again what never arrived, and what is safe to repeat. */
export class ApiClient {
  readonly #settings: Settings;
  readonly #say: (line: string) => void;
  #isSilent = false;
  #hasAnswered = false;
  /** It was waited for in vain: who asks next does not wait as long again. */
  #isGivenUp = false;

  /** `say` is told, once, that nothing answers and that it is tried again; standard error by default. */
  constructor(settings: Settings, say: (line: string) => void = console.error) {
    this.#settings = settings;
    this.#say = say;
  }

  /** GET of a JSON resource; `path` begins with `/`. Throws `ApiProblem`, or `UpstreamError` without an answer. */
  async get<T>(path: string): Promise<T> {
    return (await this.#call('GET', path, () => undefined, {})) as T;
  }

  /** POST of a JSON body. */
  async post<T>(path: string, body: unknown, options: CallOptions = {}): Promise<T> {
    return (await this.#call('POST', path, () => JSON.stringify(body), options, 'application/json')) as T;
  }

  /** DELETE of a resource. */
  async delete<T>(path: string): Promise<T> {
    return (await this.#call('DELETE', path, () => undefined, {})) as T;
  }

  /** POST of a multipart form: text fields, and the file at `filePath` streamed from disk when given. */
  async postForm<T>(
    path: string,
    fields: Readonly<Record<string, string>>,
    filePath: string | null,
    options: CallOptions = {},
  ): Promise<T> {
    const blob = filePath === null ? null : await openAsBlob(filePath);
    const form = () => {
      const data = new FormData();
      for (const [name, value] of Object.entries(fields)) data.set(name, value);
      if (blob !== null && filePath !== null) data.set('file', blob, basename(filePath));
      return data;
    };
    return (await this.#call('POST', path, form, options)) as T;
  }

  /** Server-sent events of a path until the stream or `signal` ends. Throws `ApiProblem`, or `TypeError` when it breaks. */
  async *events(path: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
    const headers = { ...this.#access(), accept: 'text/event-stream, application/problem+json' };
    const response = await fetch(this.#settings.url + path, { headers, signal });
    if (!response.ok) throw new ApiProblem(response, await readJson(response));
    // The types of the web's streams do not know that Node can iterate over them.
    if (response.body) yield* readEvents(response.body as unknown as AsyncIterable<Uint8Array>);
  }

  #access(): Record<string, string> {
    const { apiKey } = this.#settings;
    return apiKey === null ? {} : { authorization: `Bearer ${apiKey}` };
  }

  async #call(
    method: string,
    path: string,
    body: () => FormData | string | undefined,
    options: CallOptions,
    contentType?: string,
  ): Promise<unknown> {
    const headers: Record<string, string> = {
      ...this.#access(),
      accept: 'application/json, application/problem+json',
    };
    if (contentType !== undefined) headers['content-type'] = contentType;
    if (options.waitS !== undefined) headers['prefer'] = `wait=${options.waitS}`;
    if (options.idempotencyKey !== undefined) headers['idempotency-key'] = options.idempotencyKey;
    const safe = method === 'GET' || options.idempotencyKey !== undefined;

    let attempt = 0;
    let silence = 0;
    let silentSince = 0;
    // Waits for a service that is away or starting; false when that was long enough.
    const waitForService = async () => {
      const pauses = this.#hasAnswered ? PATIENT_PAUSES_MS : SILENT_PAUSES_MS;
      const silentMs = pauses[silence++];
      if (silence === 1) silentSince = performance.now();
      // Where nothing answers a try alone may take longer than all pauses.
      this.#isGivenUp ||= silentMs === undefined || performance.now() - silentSince > sumOf(pauses);
      if (silentMs === undefined || this.#isGivenUp) return false;
      this.#tellSilence(pauses);
      await pause(silentMs);
      return true;
    };
    for (;;) {
      let response: Response;
      let payload: Record<string, unknown>;
      try {
        const content = body();
        response = await fetch(this.#settings.url + path, {
          method,
          headers,
          ...(content === undefined ? {} : { body: content }),
        });
        payload = await readJson(response);
      } catch (cause) {
        if ((safe || neverArrived(cause)) && (await waitForService())) continue;
        throw new UpstreamError(
          'service_unavailable',
          `no answer from ${this.#settings.url}; is the service running?`,
          { cause },
        );
      }
      const problem = response.ok ? null : new ApiProblem(response, payload);
      this.#hasAnswered = true;
      // Nothing is taken before the service is ready.
      if (problem?.code === 'starting') {
        if (await waitForService()) continue;
        throw problem;
      }
      this.#isSilent = false;
      this.#isGivenUp = false;
      silence = 0;
      if (problem === null) return payload;
      const mayRepeat =
        problem.status === 429 || (safe && problem.status >= 500 && payload['retryable'] === true);
      if (!mayRepeat || ++attempt >= TRIES) throw problem;
      const pauseMs = FIRST_PAUSE_MS * 2 ** (attempt - 1);
      await pause(problem.retryAfterS === null ? pauseMs : problem.retryAfterS * 1000);
    }
  }

  /** Four uploads at a time find out together; one line says it. */
  #tellSilence(pauses: readonly number[]): void {
    if (this.#isSilent) return;
    this.#isSilent = true;
    const seconds = sumOf(pauses) / 1000;
    this.#say(`${this.#settings.url} is not ready, trying again for ${seconds} s …`);
  }
}

function sumOf(pauses: readonly number[]): number {
  return pauses.reduce((sum, ms) => sum + ms, 0);
}

/** Whether there was no connection to send a request over. */
function neverArrived(error: unknown): boolean {
  const cause = error instanceof Error ? error.cause : null;
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED';
}

async function readJson(response: Response): Promise<Record<string, unknown>> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return { title: response.statusText, detail: text.slice(0, 200), code: 'internal' };
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
