import type { Response } from 'express';
import { z } from 'zod';
import { InternalError } from '../errors.ts';
import type { StoredResponse } from '../store/idempotency-store.ts';
import type { ProblemDocument } from './problem.ts';
import type { Answer, Route, StreamEvent } from './route.ts';

/**
 * Checks an answer against the route's own schema and gives it without what the schema does not know. Throws
 * `internal`: a wrong answer is never the caller's fault.
 */
export function checkAnswer(route: Route, answer: Answer): Answer {
  const schema = route.responses[answer.status];
  if (schema === undefined) {
    throw new InternalError(
      'internal',
      `${route.operation} answered ${answer.status}, which it does not declare`,
    );
  }
  if (typeof schema === 'string' || answer.body === undefined) return answer;
  const result = schema.safeParse(answer.body);
  if (result.success) return { ...answer, body: result.data };
  throw new InternalError('internal', `the answer of ${route.operation} does not fit its schema`, {
    cause: new Error(z.prettifyError(result.error)),
  });
}

/** The part of an answer that can be kept and sent again. */
export function toStored(answer: Answer): StoredResponse {
  return { status: answer.status, headers: answer.headers ?? {}, body: answer.body ?? null };
}

/** Sends an answer that is not a stream. */
export function sendAnswer(response: Response, answer: Answer): void {
  response.status(answer.status).set(answer.headers ?? {});
  if (answer.file) sendFile(response, answer.file);
  else if (answer.bytes) response.type(answer.bytes.type).send(Buffer.from(answer.bytes.data));
  else if (answer.body === undefined || answer.body === null) response.end();
  else response.json(answer.body);
}

/** Ranges, `HEAD` and conditional requests are Express's work; a client that leaves midway is no problem of ours. */
function sendFile(response: Response, { path, type }: NonNullable<Answer['file']>): void {
  response.type(type);
  response.sendFile(path, { dotfiles: 'allow', lastModified: false, cacheControl: false }, (error) => {
    if (!error || response.headersSent) return;
    // What was said of the file does not hold for its absence (404) or a range beyond its end (416).
    for (const header of ['Cache-Control', 'Content-Disposition', 'Content-Type'])
      response.removeHeader(header);
    response.status((error as { status?: number }).status ?? 404).end();
  });
}

/** Sends a problem document. */
export function sendProblem(response: Response, problem: ProblemDocument): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  response.status(problem.status).type('application/problem+json');
  if (problem.location !== undefined) response.location(problem.location);
  if (typeof problem['retryAfterS'] === 'number') response.set('Retry-After', String(problem['retryAfterS']));
  else if (problem.status === 503) response.set('Retry-After', '2');
  if (problem.status === 401) response.set('WWW-Authenticate', 'Bearer realm="colophon"');
  response.send(JSON.stringify(problem));
}

// Proxies close connections that are silent for a minute.
const KEEP_ALIVE_MS = 15_000;

/** Sends events until the source ends or the client goes (WHATWG HTML, server-sent events). */
export async function sendEvents(response: Response, events: AsyncIterable<StreamEvent>): Promise<void> {
  response.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    'X-Accel-Buffering': 'no',
  });
  response.flushHeaders();
  const beat = setInterval(() => response.write(': still here\n\n'), KEEP_ALIVE_MS);
  try {
    for await (const { id, event, data } of events) {
      const head = id === undefined ? '' : `id: ${id}\n`;
      response.write(`${head}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
    }
  } finally {
    clearInterval(beat);
    response.end();
  }
}
