import type { Logger } from 'pino';
import { createAnchorListener } from './actions/apply-anchor-event.ts';
import type { Deps } from './actions/deps.ts';
import { createPrintDeriver } from './actions/derive-print.ts';
import { exportProofs } from './actions/export-proofs.ts';
import { type Anchorer, createAnchorer } from './actions/follow-chain.ts';
import { createPrintFollower } from './actions/follow-prints.ts';
import { fsck } from './actions/fsck.ts';
import { TEXT_MODEL_CARD } from './actions/media/text-path.ts';
import { createRasterCache } from './actions/raster-cache.ts';
import { createUploadHolds } from './actions/upload-holds.ts';
import { MODELS, machineFacts, partStates, toolVersions } from './app-facts.ts';
import { openMedia, SPARE_DECODERS } from './app-media.ts';
import { openIndex, type Parts } from './app-parts.ts';
import type { Closers } from './closers.ts';
import type { Config } from './config.ts';
import type { WorkId } from './domain/ids.ts';
import type { HttpDeps } from './http/http-deps.ts';
import { createMetrics, type Metrics } from './http/metrics.ts';
import { encodePreview } from './media/encode-preview.ts';
import { createImageDecoder, createIsccSource, keepSpareProcesses } from './media/index.ts';
import { createModelFinder } from './model-folders.ts';
import { createAuditStore } from './store/audit-store.ts';
import { createCheckStore } from './store/check-store.ts';
import { createEvidenceStore } from './store/evidence-store.ts';
import { createIdempotencyStore } from './store/idempotency-store.ts';
import { createIsccStore } from './store/iscc-store.ts';
import { createJobQueue } from './store/job-queue.ts';
import { createKeyStore } from './store/key-store.ts';
import { openOutbox } from './store/outbox-store.ts';
import { createPrintStore } from './store/print-store.ts';
import { createUploadStore } from './store/upload-store.ts';
import { createWorkStore } from './store/work-store.ts';

const RASTERS_HELD = 48;

/** Connects the parts: stores on the database, the anchorer between outbox and chain, and all that actions and doors use. */
export async function connect(
  config: Config,
  log: Logger,
  closers: Closers,
  parts: Parts,
): Promise<{ readonly deps: HttpDeps; readonly anchorer: Anchorer }> {
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
    policy: config.policy,
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
  const onDamaged = (workId: WorkId, error: unknown) =>
    log.error({ err: error, work: workId }, 'the stored print of a work cannot be read: fsck tells more');
  const follower = createPrintFollower(core, onDamaged);
  const spares = keepSpareProcesses(config.media.spareDecoders ? SPARE_DECODERS : {});
  closers.add('spare decoders', spares.close);
  const onDeviceFailure = (error: unknown) =>
    log.warn({ err: error }, 'the decoding device failed on a film: it was decoded by software');
  const events = { onDamaged, onDeviceFailure };
  const media = openMedia(config, core, follower, model, frames, audioModel, sounds, events, spares.take);
  const own: Deps = { ...core, media };
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
        prints: createPrintDeriver(own),
        deep,
        rows: { works: works.allWorks, evidence: evidence.allEvidence },
        outbox,
        content,
        reader: chain.reader,
      }),
    parts: () => partStates(own, anchorer),
  };
  return { deps, anchorer };
}

function metricsOf(deps: Deps): Metrics {
  return createMetrics({
    jobsByState: deps.jobs.countByState,
    outboxByState: deps.outbox.count,
    works: deps.works.countWorks,
    indexSize: () => deps.search.size,
  });
}
