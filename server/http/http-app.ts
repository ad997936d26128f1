import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { InputError, NotFoundError, UpstreamError } from '../errors.ts';
import { sendProblem } from './answer.ts';
import { DOCS_STYLE, renderDocs } from './docs-page.ts';
import type { HttpDeps } from './http-deps.ts';
import { buildOpenApi } from './openapi.ts';
import { asColophonError, toProblem } from './problem.ts';
import { createRateLimiter } from './rate-limiter.ts';
import { addRpcRelay } from './relay-rpc.ts';
import { routes } from './routes/index.ts';
import { securityHeaders } from './security-headers.ts';
import { addModels } from './serve-models.ts';
import { serveRoute } from './serve-route.ts';

/** What the HTTP door is made of. */
export interface HttpAppOptions {
  readonly deps: HttpDeps;
  /** Folder of the built console; without it only the API is served. */
  readonly consoleFolder: string;
  /** Folder of the shipped models. */
  readonly modelsFolder: string;
  readonly version: string;
  /** Aborts when the service stops: streams end, waits answer. */
  readonly stopping: AbortSignal;
}

/** Builds the Express application: API, documents, health, console. */
export function createHttpApp(options: HttpAppOptions): Express {
  const { deps, stopping } = options;
  const app = express();
  app.disable('x-powered-by');
  app.set('query parser', 'simple');
  app.set('etag', 'strong');
  app.use(identify, securityHeaders, observe(deps), refuseWhenStopping(stopping));
  addHealth(app, deps);
  addDocuments(app, options.version);
  const json = express.json({ limit: deps.limits.maxJsonBytes });
  const limiter = createRateLimiter(deps.limits.ratePerSecond, deps.limits.rateBurst);
  for (const route of routes) {
    const handlers: RequestHandler[] = [serveRoute(route, { deps, limiter, stopping })];
    if (route.body && route.bodyType !== 'multipart') handlers.unshift(json);
    app[route.method](toExpressPath(route.path), ...handlers);
  }
  app.use('/v1', refuseUnknown());
  addRpcRelay(app, deps.relayRpc, limiter);
  addModels(app, options.modelsFolder);
  addConsole(app, options.consoleFolder);
  app.use(handleError(deps));
  return app;
}

/** `/v1/works/{id}` as Express writes it. */
export function toExpressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}

const identify: RequestHandler = (request, response, next) => {
  const given = request.get('x-request-id');
  const id = given && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
  response.locals['requestId'] = id;
  response.set('X-Request-Id', id);
  next();
};

function observe(deps: HttpDeps): RequestHandler {
  return (request, response, next) => {
    const since = performance.now();
    response.on('close', () => {
      const seconds = (performance.now() - since) / 1000;
      // A client that went away before the answer is not a failure of ours.
      const status = response.writableFinished ? response.statusCode : 499;
      const route = String(response.locals['route'] ?? 'other');
      deps.metrics.request(request.method, route, status, seconds);
      deps.log.debug(
        {
          requestId: response.locals['requestId'],
          method: request.method,
          path: request.path,
          status,
          seconds,
        },
        'request',
      );
    });
    next();
  };
}

function refuseWhenStopping(stopping: AbortSignal): RequestHandler {
  return (_request, response, next) => {
    if (!stopping.aborted) return next();
    response.set('Connection', 'close');
    next(new UpstreamError('shutting_down', 'the service is stopping; try again in a moment'));
  };
}

function addHealth(app: Express, deps: HttpDeps): void {
  app.get('/healthz', (_request, response) => {
    response.json({ ok: true });
  });
  app.get('/readyz', async (_request, response) => {
    const parts = await deps.parts();
    const ready = Object.values(parts).every((part) => part.ok);
    response.status(ready ? 200 : 503).json({ ready, parts });
  });
  app.get('/metrics', async (_request, response) => {
    response.type(deps.metrics.contentType).send(await deps.metrics.render());
  });
}

function addDocuments(app: Express, version: string): void {
  // Made when somebody asks: describing all schemas would be a twentieth of a start.
  let made: ReturnType<typeof buildOpenApi> | undefined;
  let page: string | undefined;
  const document = () => {
    made ??= buildOpenApi(routes, version);
    return made;
  };
  app.get('/openapi.json', (_request, response) => {
    response.json(document());
  });
  app.get('/docs', (_request, response) => {
    page ??= renderDocs(routes, document());
    response.type('html').send(page);
  });
  app.get('/docs/style.css', (_request, response) => {
    response.type('css').send(DOCS_STYLE);
  });
}

/** Unknown paths below `/v1`; a known path with another method says which it takes. */
function refuseUnknown(): RequestHandler {
  const patterns = routes.map((route) => ({
    method: route.method.toUpperCase(),
    pattern: new RegExp(`^${route.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));
  return (request, response, next) => {
    const path = `/v1${request.path === '/' ? '' : request.path}`;
    const methods = patterns.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method);
    if (methods.length === 0) return next(new NotFoundError('not_found', `there is nothing at ${path}`));
    response.set('Allow', methods.join(', '));
    next(new InputError('method_not_allowed', `${path} takes ${methods.join(', ')}`));
  };
}

/** The built console: files as they are, every other page is its one page. */
function addConsole(app: Express, folder: string): void {
  const index = join(folder, 'index.html');
  // Names of built files carry their hash; the page that names them must be asked for again.
  app.use(express.static(folder, { index: false, setHeaders: cacheHeaders }));
  app.get('/{*page}', (request, response, next) => {
    if (!request.accepts('html') || !existsSync(index)) {
      return next(new NotFoundError('not_found', `there is nothing at ${request.path}`));
    }
    response.set('Cache-Control', 'no-cache').sendFile(index);
  });
}

function cacheHeaders(response: { setHeader(name: string, value: string): unknown }, path: string): void {
  const hashed = /[/\\]assets[/\\]/.test(path);
  response.setHeader('Cache-Control', hashed ? 'public, max-age=31536000, immutable' : 'no-cache');
}

function handleError(deps: HttpDeps): ErrorRequestHandler {
  return (error: unknown, request, response, _next) => {
    const known = asColophonError(error);
    const requestId = String(response.locals['requestId'] ?? '');
    if (known.status >= 500 && known.code !== 'shutting_down') {
      deps.log.error({ err: error, requestId, method: request.method, path: request.path }, known.message);
    }
    sendProblem(response, toProblem(known, requestId));
  };
}
