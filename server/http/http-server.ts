import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { InternalError, UpstreamError } from '../errors.ts';
import { toProblem } from './problem.ts';

/** A listening HTTP server whose application may come later. */
export interface HttpServer {
  /** Base URL without a trailing slash. */
  readonly url: string;
  /** Puts the application behind the port; until then `/healthz` answers and everything else is "not ready". */
  use(listener: RequestListener): void;
  /** Takes no new connections and ends when the open requests have ended, at the latest after `graceMs`. */
  close(graceMs: number): Promise<void>;
}

/**
 * Listens at once, before the parts are open: a port in use is known in the first second, and probes get an answer.
 * Throws `config_invalid` when the address is taken or not permitted.
 */
export async function listen(host: string, port: number): Promise<HttpServer> {
  let application: RequestListener = notReady;
  const server = createServer((request, response) => application(request, response));
  // A slow upload may take its time; a connection that sends no headers may not.
  server.requestTimeout = 30 * 60_000;
  server.headersTimeout = 20_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const why = cause.code === 'EADDRINUSE' ? 'it is in use; set PORT to another one' : cause.message;
      reject(new InternalError('config_invalid', `cannot listen on ${host}:${port}: ${why}`, { cause }));
    });
    server.listen(port, host, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return {
    url: `http://${shown.includes(':') ? `[${shown}]` : shown}:${address.port}`,
    use(listener) {
      application = listener;
    },
    close: (graceMs) => close(server, graceMs),
  };
}

const notReady: RequestListener = (request, response) => {
  const alive = request.url === '/healthz';
  const detail = 'database, model and chain are being opened; try again in a moment';
  const body = alive ? { ok: true } : toProblem(new UpstreamError('starting', detail));
  response.writeHead(alive ? 200 : 503, {
    'Content-Type': alive ? 'application/json' : 'application/problem+json',
    'Retry-After': '1',
  });
  response.end(JSON.stringify(body));
};

async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeIdleConnections();
  const timer = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearTimeout(timer);
}
