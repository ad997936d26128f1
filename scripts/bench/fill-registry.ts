import { createHash } from 'node:crypto';
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { KeyId } from '../../server/domain/ids.ts';
import type { DecodedImage } from '../../server/domain/media.ts';
import { type Model, openModel } from '../../server/inference/index.ts';
import { createImageDecoder } from '../../server/media/index.ts';
import { decodeImage } from '../../server/pipeline/decode/index.ts';
import {
  decodePrint,
  encodePrint,
  fingerprintImage,
  fingerprintRoot,
  PRINT_WINDOWS,
  SKETCH_SIDE,
} from '../../server/pipeline/fingerprint/index.ts';
import type { Db } from '../../server/store/db.ts';
import { openDb } from '../../server/store/open-db.ts';
import { createPrintStore } from '../../server/store/print-store.ts';
import { createFiller, findFirstKey } from './fill-works.ts';

/** Works written in one transaction. */
const BATCH = 100;

/** A picture and its print, as text. */
interface Fingerprinted {
  readonly file: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly print: string;
}

/** How to fill a registry. */
export interface FillOptions {
  /** Data folder of a service that was started once and is stopped. */
  readonly dataFolder: string;
  readonly files: readonly string[];
  readonly modelFolder: string;
  /** Folder that keeps fingerprints between runs, one file a model. */
  readonly cache: string | null;
}

/**
 * Puts works into a registry behind the service's back, through the same stores: real fingerprints of real pictures, state
 * `decided`, of an owner of their own. What is left out is the check against the registry, the signature and the chain,
 * which take hours for 10,000. Gives how many there are now; a file that is no picture, or was there before, is left out.
 */
export async function fillRegistry(options: FillOptions): Promise<number> {
  const model = await openModel(options.modelFolder);
  const db = await openDb({ url: null, directory: join(options.dataFolder, 'database') });
  try {
    const prints = await fingerprintAll(options, model);
    const keyId = await findFirstKey(db);
    let works = 0;
    for (let at = 0; at < prints.length; at += BATCH) {
      works += await insertWorks(db, prints.slice(at, at + BATCH), keyId, model);
      report('written', at + BATCH, prints.length);
    }
    return works;
  } finally {
    await db.close();
    await model.close();
  }
}

async function fingerprintAll({ files, cache }: FillOptions, model: Model): Promise<Fingerprinted[]> {
  const kept = cache === null ? null : await openCache(cache, model);
  const decoder = createImageDecoder();
  const out: Fingerprinted[] = [];
  let next = 0;
  const lane = async () => {
    while (next < files.length) {
      const file = files[next++]!;
      const bytes = await readFile(file);
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      let print = kept?.prints.get(sha256);
      if (print === undefined) {
        const decoded = await decodeImage({ bytes }, decoder).catch((): DecodedImage | null => null);
        if (!decoded) continue;
        print = encodePrint(await fingerprintImage(decoded, model.embedder));
        if (kept) await appendFile(kept.path, `${sha256} ${print}\n`);
      }
      out.push({ file, sha256, sizeBytes: bytes.length, print });
      report('fingerprinted', out.length, files.length);
    }
  };
  // One decodes while the others are in the network.
  await Promise.all([lane(), lane(), lane(), lane()]);
  return out;
}

async function openCache(folder: string, model: Model) {
  await mkdir(folder, { recursive: true });
  const form = createHash('sha256')
    .update(JSON.stringify([PRINT_WINDOWS, SKETCH_SIDE]))
    .digest('hex');
  const path = join(folder, `prints-${model.digest.slice(2, 18)}-${form.slice(0, 8)}.txt`);
  const lines = (await readFile(path, 'utf8').catch(() => '')).split('\n');
  // A line that a killed run left half written is no print.
  const whole = lines.filter((line) => line.endsWith('}'));
  return { path, prints: new Map(whole.map((line) => [line.slice(0, 64), line.slice(65)])) };
}

async function insertWorks(
  db: Db,
  prints: readonly Fingerprinted[],
  keyId: KeyId,
  model: Model,
): Promise<number> {
  const fill = createFiller(db, keyId, model.digest);
  const store = createPrintStore(db);
  let count = 0;
  await db.transaction(async (sql) => {
    for (const { file, sha256, sizeBytes, print: text } of prints) {
      const print = decodePrint(text);
      const fileName = basename(file);
      const work = await fill(
        sql,
        {
          medium: 'image',
          title: fileName,
          fileName,
          mediaType: 'image/webp',
          sizeBytes,
          width: 224,
          height: 224,
          durationMs: null,
          sha256,
          code: print.segments[0]?.code ?? null,
          fingerprintRoot: fingerprintRoot(print),
        },
        (workId) => store.insertPrint(sql, workId, print),
      );
      if (work) count++;
    }
  });
  return count;
}

function report(what: string, done: number, of: number): void {
  if (done % 1000 === 0) process.stderr.write(`${what} ${done} of ${of}\n`);
}
