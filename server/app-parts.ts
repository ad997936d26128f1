import { join } from 'node:path';
import type { Logger } from 'pino';
import { type OpenChain, openChain } from './app-chain.ts';
import { MODELS } from './app-facts.ts';
import type { Closers } from './closers.ts';
import type { Config } from './config.ts';
import type { ContentReplica } from './content/content-store.ts';
import { openContentStore } from './content/open-content-store.ts';
import { type AudioModel, openAudioModel } from './inference/audio/open-audio-model.ts';
import { type Model, openModel } from './inference/open-model.ts';
import { requireDevice } from './media/video/index.ts';
import { chooseModelFolder } from './model-folders.ts';
import { openVectorIndex, type VectorIndex } from './search/index.ts';
import type { Db } from './store/db.ts';
import { lockDirectory } from './store/directory-lock.ts';
import { openDb, readDatabaseId } from './store/open-db.ts';
import { createWorkStore } from './store/work-store.ts';

const SNAPSHOT_EVERY_MS = 60_000;
/** Writing holds up the process, some seconds with a thousand hours of film: no more than a hundredth of its time. */
const SNAPSHOT_REST = 100;

/** What stands by itself. */
export interface Parts {
  readonly db: Db;
  readonly model: Model;
  readonly audioModel: AudioModel;
  readonly chain: OpenChain;
  readonly content: Awaited<ReturnType<typeof openContentStore>>;
}

/** What the parts tell of by themselves. */
export interface PartEvents {
  /** The chain may have changed: the anchorer should look. */
  readonly onChainRestart: () => void;
  /** Another service has the database. */
  readonly onLost: (error: Error) => void;
}

/** Opens what does not need another part, all at once: a start takes as long as the slowest. */
export async function openParts(
  config: Config,
  closers: Closers,
  { onChainRestart, onLost }: PartEvents,
): Promise<Parts> {
  const at = (...names: string[]) => join(config.dataFolder, ...names);
  closers.add('data folder', lockDirectory(config.dataFolder));
  const replicaUrl = config.content.ipfsRpcUrl;
  const opening = openDb({ url: config.database.url, directory: at('database'), onLost });
  // A registry keeps the networks that its works were made with, until another is named.
  const named = opening.then((it) => createWorkStore(it).countModels());
  const [db, model, audioModel, chain, content] = await closers.openAll([
    ['database', () => opening, (it) => it.close()],
    [
      'model',
      async () =>
        openModel(chooseModelFolder(config.model.folder, MODELS, 'image', await named), { ...config.model }),
      (it) => it.close(),
    ],
    [
      'audio model',
      async () =>
        openAudioModel(chooseModelFolder(config.model.audioFolder, MODELS, 'audio', await named), {
          threads: config.model.threads,
        }),
      (it) => it.close(),
    ],
    ['chain', () => openChain(config.chain, at('chain'), onChainRestart), (it) => it.stop()],
    [
      'content store',
      async () =>
        openContentStore({
          directory: at('content'),
          replica: replicaUrl === null ? null : await connectReplica(replicaUrl),
        }),
      (it) => it.close(),
    ],
    ['decoding device', () => openDevice(config.media.videoHardware), () => {}],
  ]);
  return { db, model, audioModel, chain, content };
}

/** Every task opens the device anew: what is wanted of a start is only whether it can. */
async function openDevice(device: Config['media']['videoHardware']): Promise<void> {
  if (device !== null) await requireDevice(device);
}

/** The client of IPFS takes a third of a second to load, which a service without a replica need not wait for. */
async function connectReplica(url: string): Promise<ContentReplica> {
  const { connectIpfsReplica } = await import('./content/ipfs-replica.ts');
  return connectIpfsReplica({ url });
}

/** Opens the vector index of this database and model, and keeps snapshots of it. */
export async function openIndex(
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
  let restUntil = 0;
  const save = async () => {
    if (index.highWaterMark === saved) return;
    const mark = index.highWaterMark;
    const from = performance.now();
    await index.save(path);
    const now = performance.now();
    restUntil = now + SNAPSHOT_REST * (now - from);
    saved = mark;
  };
  const timer = setInterval(() => {
    if (performance.now() < restUntil) return;
    save().catch((error: unknown) => log.warn({ err: error }, 'the index was not saved'));
  }, SNAPSHOT_EVERY_MS);
  closers.add(`index${kind}`, () => {
    clearInterval(timer);
    return save();
  });
  return index;
}
