import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join, resolve } from 'node:path';
import pino, { type Logger } from 'pino';
import { createAnchorListener } from './actions/apply-anchor-event.ts';
import { type CreatedKey, createFirstKey } from './actions/create-key.ts';
import type { CopyPolicy, Deps } from './actions/deps.ts';
import { createPrintDeriver } from './actions/derive-print.ts';
import { exportProofs } from './actions/export-proofs.ts';
import { type Anchorer, createAnchorer } from './actions/follow-chain.ts';
import { createPrintFollower } from './actions/follow-prints.ts';
import { fsck } from './actions/fsck.ts';
import { TEXT_MODEL_CARD } from './actions/media/text-path.ts';
import { createRasterCache } from './actions/raster-cache.ts';
import { sweepUploads } from './actions/receive-upload.ts';
import { sweepUnsigned } from './actions/unsigned-works.ts';
import { createUploadHolds } from './actions/upload-holds.ts';
import { type OpenChain, openChain } from './app-chain.ts';
import { openMedia } from './app-media.ts';
import { Closers } from './closers.ts';
import type { Config } from './config.ts';
import { connectIpfsReplica } from './content/ipfs-replica.ts';
import { openContentStore } from './content/open-content-store.ts';
import { createHttpApp } from './http/http-app.ts';
import type { HttpDeps, PartState } from './http/http-deps.ts';
import { type HttpServer, listen } from './http/http-server.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { type AudioModel, openAudioModel } from './inference/audio/open-audio-model.ts';
import { type Model, openModel } from './inference/open-model.ts';
import { createHandlers } from './jobs/handlers.ts';
import { createWorker } from './jobs/worker.ts';
import { encodePreview } from './media/encode-preview.ts';
import { createImageDecoder, createIsccSource } from './media/index.ts';
import { chooseModelFolder, createModelFinder } from './model-folders.ts';
import { openVectorIndex, type VectorIndex } from './search/index.ts';
import { createAuditStore } from './store/audit-store.ts';
import { createCheckStore } from './store/check-store.ts';
import type { Db } from './store/db.ts';
import { lockDirectory } from './store/directory-lock.ts';
import { createEvidenceStore } from './store/evidence-store.ts';
import { createIdempotencyStore } from './store/idempotency-store.ts';
import { createIsccStore } from './store/iscc-store.ts';
import { createJobQueue } from './store/job-queue.ts';
import { createKeyStore } from './store/key-store.ts';
import { openDb, readDatabaseId } from './store/open-db.ts';
import { openOutbox } from './store/outbox-store.ts';
import { createPrintStore } from './store/print-store.ts';
import { createUploadStore } from './store/upload-store.ts';
import { createWorkStore } from './store/work-store.ts';

const ROOT = resolve(import.meta.dirname, '..');
const MODELS = join(ROOT, 'models');
const RASTERS_HELD = 48;
const SNAPSHOT_EVERY_MS = 60_000;
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
  let kick = () => {};
  const parts = await openParts(config, closers, () => kick(), onLost);
  const { deps, anchorer, chain } = await connect(config, log, closers, parts);
  kick = () => anchorer.kick();
  const firstKey = await createFirstKey(deps);
  await recover(deps, parts.db);
  startWorker(config, log, closers, deps);
  anchorer.start();
  const app = createHttpApp({
    deps,
    consoleFolder: config.consoleFolder,
    modelsFolder: MODELS,
    version: packageVersion(),
    stopping: stopping.signal,
  });
  return describe(config, server, deps, chain, firstKey, closers, () => server.use(app));
}

interface Parts {
  readonly db: Db;
  readonly model: Model;
  readonly audioModel: AudioModel;
  readonly chain: OpenChain;
  readonly content: Awaited<ReturnType<typeof openContentStore>>;
}

/** Opens what does not need another part, all at once: a start takes as long as the slowest. */
async function openParts(
  config: Config,
  closers: Closers,
  kick: () => void,
  onLost: (error: Error) => void,
): Promise<Parts> {
  const at = (...names: string[]) => join(config.dataFolder, ...names);
  closers.add('data folder', lockDirectory(config.dataFolder));
  const replicaUrl = config.content.ipfsRpcUrl;
  const [db, model, audioModel, chain, content] = await closers.openAll([
    [
      'database',
      () => openDb({ url: config.database.url, directory: at('database'), onLost }),
      (it) => it.close(),
    ],
    [
      'model',
      () => openModel(chooseModelFolder(config.model.folder, MODELS), { ...config.model }),
      (it) => it.close(),
    ],
    [
      'audio model',
      () => openAudioModel(chooseModelFolder(null, MODELS, 'audio'), { threads: config.model.threads }),
      (it) => it.close(),
    ],
    ['chain', () => openChain(config.chain, at('chain'), kick), (it) => it.stop()],
    [
      'content store',
      () =>
        openContentStore({
          directory: at('content'),
          replica: replicaUrl === null ? null : connectIpfsReplica({ url: replicaUrl }),
        }),
      (it) => it.close(),
    ],
  ]);
  return { db, model, audioModel, chain, content };
}

async function connect(config: Config, log: Logger, closers: Closers, parts: Parts) {
  const { db, model, audioModel, chain, content } = parts;
  const search = await openIndex(config, closers, db, model, log);
  const frames = await openIndex(config, closers, db, model, log, 'frames');
  const sounds = await openIndex(config, closers, db, audioModel, log, 'sounds');
  const works = createWorkStore(db);
  const evidence = createEvidenceStore(db);
  const prints = createPrintStore(db);
  const jobs = createJobQueue(db);
  const outbox = openOutbox(db);
  const anchorer = createAnchorer({
    outbox,
    reader: chain.reader,
    writer: chain.writer,
    listener: createAnchorListener({ works, evidence }),
    source: works,
    content,
    batchSize: config.chain.batchSize,
    batchIntervalMs: config.chain.batchIntervalMs,
    onError: (error) => log.warn({ err: error }, 'a round of the anchorer failed'),
  });
  closers.add('anchorer', () => anchorer.stop());
  const { name, version } = model.card;
  const core: Omit<Deps, 'media'> = {
    db,
    works,
    evidence,
    prints,
    jobs,
    outbox,
    search,
    content,
    isccUnits: createIsccStore(db),
    isccSource: createIsccSource(),
    checks: createCheckStore(db),
    keys: createKeyStore(db),
    audit: createAuditStore(db),
    idempotency: createIdempotencyStore(db),
    uploads: createUploadStore(db),
    holds: createUploadHolds(),
    embedder: model.embedder,
    background: model.background,
    calibration: model.calibration,
    model: { name, version, digest: model.digest },
    policy: policyOf(config, model),
    unsigned: config.unsigned,
    decoder: createImageDecoder(),
    decodeLimits: { maxBytes: config.media.maxImageBytes, maxPixels: config.media.maxPixels },
    encodePreview,
    rasters: createRasterCache(RASTERS_HELD),
    chain: chain.reader,
    identity: chain.identity,
    kickAnchorer: () => anchorer.kick(),
    tools: toolVersions(),
    environment: machineFacts(),
    now: Date.now,
  };
  const follower = createPrintFollower(core);
  const own: Deps = { ...core, media: openMedia(config, core, follower, model, frames, audioModel, sounds) };
  const deps: HttpDeps = {
    ...own,
    ...exportProofs(own, createModelFinder([model.card, audioModel.card, TEXT_MODEL_CARD], MODELS)),
    limits: config.http,
    metrics: metricsOf(own),
    log,
    publicRpcUrl: chain.isLocal ? chain.rpcUrl : null,
    relayRpc: chain.relayRpc,
    fsck: ({ deep }) =>
      fsck({
        prints: deep ? createPrintDeriver(own) : null,
        rows: { works: works.allWorks, evidence: evidence.allEvidence },
        outbox,
        content,
        reader: chain.reader,
      }),
    parts: () => partStates(own, anchorer),
  };
  return { deps, anchorer, chain };
}

async function openIndex(
  config: Config,
  closers: Closers,
  db: Db,
  model: Pick<Model, 'digest'>,
  log: Logger,
  of?: string,
): Promise<VectorIndex> {
  const kind = of === undefined ? '' : `-${of}`;
  const name = `${await readDatabaseId(db)}-${model.digest.slice(2, 18)}${kind}.usearch`;
  const path = join(config.dataFolder, name);
  const index = await openVectorIndex({ path, modelDigest: model.digest });
  let saved = index.highWaterMark;
  const save = async () => {
    if (index.highWaterMark === saved) return;
    const mark = index.highWaterMark;
    await index.save(path);
    saved = mark;
  };
  const timer = setInterval(() => {
    save().catch((error: unknown) => log.warn({ err: error }, 'the index was not saved'));
  }, SNAPSHOT_EVERY_MS);
  closers.add(`index${kind}`, () => {
    clearInterval(timer);
    return save();
  });
  return index;
}

/** Puts right what a process that was killed left half done. */
async function recover(deps: Deps, db: Db): Promise<void> {
  // The embedded database is ours alone: whatever was running in it runs no more.
  const alone = db.kind === 'pglite';
  await deps.jobs.recover({ all: alone });
  await deps.jobs.sweep(JOBS_KEPT_DAYS);
  await deps.idempotency.sweep({ allRunning: alone, hours: RESPONSES_KEPT_HOURS });
  await sweepUploads(deps);
  await sweepUnsigned(deps);
  for (const path of deps.media.all) await path.catchUp();
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

function policyOf(config: Config, model: Model): CopyPolicy {
  const { onCopy, copyProbability, reviewProbability } = config.policy;
  const own = model.policy;
  // Other thresholds are another policy: verdicts must be able to say under which they were made.
  const changes = [
    copyProbability && `copy=${copyProbability}`,
    reviewProbability && `review=${reviewProbability}`,
  ];
  return {
    version: [own.version, ...changes.filter(Boolean)].join('+'),
    copyProbability: copyProbability ?? own.copyProbability,
    reviewProbability: reviewProbability ?? own.reviewProbability,
    onCopy,
  };
}

function metricsOf(deps: Deps): Metrics {
  return createMetrics({
    jobsByState: deps.jobs.countByState,
    outboxByState: deps.outbox.count,
    works: deps.works.countWorks,
    indexSize: () => deps.search.size,
  });
}

async function partStates(deps: Deps, anchorer: Anchorer): Promise<Readonly<Record<string, PartState>>> {
  const tried = async (work: () => Promise<string>): Promise<PartState> => {
    try {
      return { ok: true, detail: await work() };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
  const { problem } = anchorer.status();
  const [database, chain] = await Promise.all([
    tried(async () => {
      await deps.db.query('select 1');
      return deps.db.kind;
    }),
    tried(async () => `block ${(await deps.chain.block('latest'))?.number ?? 'unknown'}`),
  ]);
  return {
    database,
    chain,
    // A round that failed is tried again by itself; works wait in the outbox, so the service is ready all the same.
    anchorer: { ok: true, detail: problem ?? 'running' },
    model: { ok: true, detail: `${deps.model.name}@${deps.model.version}` },
    index: { ok: true, detail: `${deps.search.size} vectors` },
  };
}

function packageVersion(name?: string): string {
  const path =
    name === undefined ? join(ROOT, 'package.json') : join(ROOT, 'node_modules', name, 'package.json');
  try {
    return String(JSON.parse(readFileSync(path, 'utf8')).version);
  } catch {
    return 'unknown';
  }
}

function toolVersions(): Record<string, string> {
  return {
    colophon: packageVersion(),
    node: process.versions.node,
    sharp: packageVersion('sharp'),
    'onnxruntime-node': packageVersion('onnxruntime-node'),
  };
}

function machineFacts(): Record<string, string> {
  return {
    platform: process.platform,
    architecture: process.arch,
    kernel: release(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
  };
}
