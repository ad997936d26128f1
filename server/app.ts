import pino, { type Logger } from 'pino';
import { type CreatedKey, createFirstKey } from './actions/create-key.ts';
import type { Deps } from './actions/deps.ts';
import { fillIscc } from './actions/fill-iscc.ts';
import { sweepUploads } from './actions/receive-upload.ts';
import { sweepUnsigned } from './actions/unsigned-works.ts';
import type { OpenChain } from './app-chain.ts';
import { connect } from './app-deps.ts';
import { MODELS, packageVersion } from './app-facts.ts';
import { openParts } from './app-parts.ts';
import { Closers } from './closers.ts';
import type { Config } from './config.ts';
import type { WorkId } from './domain/ids.ts';
import { createHttpApp } from './http/http-app.ts';
import type { HttpDeps } from './http/http-deps.ts';
import { type HttpServer, listen } from './http/http-server.ts';
import { createHandlers } from './jobs/handlers.ts';
import { createWorker } from './jobs/worker.ts';

const SWEEP_EVERY_MS = 60_000;
const GRACE_MS = 10_000;
const RESPONSES_KEPT_HOURS = 72;
const JOBS_KEPT_DAYS = 90;

/** A running service. */
export interface App {
  /** Base URL of API and console. */
  readonly url: string;
  readonly dataFolder: string;
  /** The first admin's key when this start made it; shown once. */
  readonly firstKey: CreatedKey | null;
  /** JSON-RPC URL of the chain. */
  readonly rpcUrl: string;
  readonly chainIsLocal: boolean;
  readonly model: { readonly name: string; readonly version: string };
  /** The parts, for tests that look behind the API. */
  readonly deps: HttpDeps;
  /** Opens the door: until then only `/healthz` answers. Called by `startApp` unless it is told not to. */
  open(): void;
  /** Ends requests, jobs, anchorer and chain in this order; everything unfinished goes on at the next start. */
  stop(): Promise<void>;
}

/** How to start. */
export interface StartOptions {
  readonly log?: Logger;
  /** Called when everything is ready and before the door opens, so that a banner comes before the first answer. */
  readonly onReady?: (app: App) => void;
  /** Called when the service stops by itself, because another one has its database. */
  readonly onLost?: (error: Error) => void;
}

/**
 * The composition root: opens every part, connects them, and opens the door when all of them stand.
 *
 * Throws what the parts throw (`config_invalid`, `database_locked`, `model_missing`, `model_altered`,
 * `chain_unavailable`, …); whatever was open is closed again then.
 */
export async function startApp(config: Config, options: StartOptions = {}): Promise<App> {
  const log = options.log ?? pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const closers = new Closers((name, error) => log.error({ err: error }, `${name} did not close`));
  try {
    const onLost = (error: Error) => {
      log.fatal({ err: error }, 'the database was lost to another service');
      void closers.close().finally(() => options.onLost?.(error));
    };
    const app = await assemble(config, log, closers, onLost);
    options.onReady?.(app);
    app.open();
    return app;
  } catch (error) {
    await closers.close();
    throw error;
  }
}

async function assemble(
  config: Config,
  log: Logger,
  closers: Closers,
  onLost: (error: Error) => void,
): Promise<App> {
  const server = await listen(config.http.host, config.http.port);
  const stopping = new AbortController();
  closers.add('http server', () => {
    stopping.abort();
    return server.close(GRACE_MS);
  });
  let onChainRestart = () => {};
  const parts = await openParts(config, closers, { onLost, onChainRestart: () => onChainRestart() });
  const { deps, anchorer } = await connect(config, log, closers, parts);
  onChainRestart = () => anchorer.kick();
  const firstKey = await createFirstKey(deps);
  await recover(deps);
  await warnOfOtherModels(log, deps);
  startWorker(config, log, closers, deps);
  anchorer.start();
  fillInTurn(log, closers, deps);
  const app = createHttpApp({
    deps,
    consoleFolder: config.consoleFolder,
    modelsFolder: MODELS,
    version: packageVersion(),
    stopping: stopping.signal,
  });
  return describe(config, server, deps, parts.chain, firstKey, closers, () => server.use(app));
}

/** Puts right what a process that was killed left half done. */
async function recover(deps: Deps): Promise<void> {
  // The database is ours alone, by a lock on its folder or on the server: whatever was running in it runs no more.
  await deps.jobs.recover({ all: true });
  await deps.jobs.sweep(JOBS_KEPT_DAYS);
  await deps.idempotency.sweep({ allRunning: true, hours: RESPONSES_KEPT_HOURS });
  await sweepUploads(deps);
  await sweepUnsigned(deps);
  for (const path of deps.media.all) await path.catchUp();
}

/** Vectors of two models cannot be compared: whoever changes the network has to learn what that costs. */
async function warnOfOtherModels(log: Logger, deps: Deps): Promise<void> {
  const works = await deps.works.countByOtherModels(deps.media.all.map((path) => path.model.digest));
  if (works > 0)
    log.warn({ works }, 'works fingerprinted by another model are not searched (docs/operations.md)');
}

function startWorker(config: Config, log: Logger, closers: Closers, deps: HttpDeps): void {
  const worker = createWorker({
    deps,
    handlers: createHandlers(deps),
    concurrency: config.jobs.workers,
    onStage: deps.metrics.stage,
    onError: (error, job) => log.warn({ err: error, job: job?.id, kind: job?.kind }, 'a job failed'),
  });
  closers.add('worker', () => worker.stop());
  const sweep = setInterval(() => {
    sweepUnsigned(deps).catch((error: unknown) => log.warn({ err: error }, 'unsigned works were not swept'));
  }, SWEEP_EVERY_MS);
  closers.add('sweep', () => clearInterval(sweep));
  worker.start();
}

/** Fills in what works of older programs lack, beside everything else. */
function fillInTurn(log: Logger, closers: Closers, deps: HttpDeps): void {
  const stopping = new AbortController();
  closers.add('iscc', () => stopping.abort());
  const onError = (work: WorkId, error: unknown) => log.warn({ err: error, work }, 'no ISCC could be made');
  fillIscc(deps, stopping.signal, onError).catch((error: unknown) => {
    if (!stopping.signal.aborted) log.warn({ err: error }, 'older works without ISCC were not filled in');
  });
}

function describe(
  config: Config,
  server: HttpServer,
  deps: HttpDeps,
  chain: OpenChain,
  firstKey: CreatedKey | null,
  closers: Closers,
  open: () => void,
): App {
  return {
    url: server.url,
    dataFolder: config.dataFolder,
    firstKey,
    rpcUrl: chain.rpcUrl,
    chainIsLocal: chain.isLocal,
    model: deps.model,
    deps,
    open,
    stop: () => closers.close(),
  };
}
