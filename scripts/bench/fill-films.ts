import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, toHex } from '../../server/domain/digest.ts';
import type { Vector } from '../../server/domain/fingerprint.ts';
import type { KeyId, WorkId } from '../../server/domain/ids.ts';
import { encodeVideoPrint, type VideoPrint } from '../../server/pipeline/fingerprint/video/index.ts';
import type { Db } from '../../server/store/db.ts';
import { createMediaPrintStore } from '../../server/store/media-print-store.ts';
import { openDb, readDatabaseId } from '../../server/store/open-db.ts';
import { createWorkStore } from '../../server/store/work-store.ts';
import { createFiller, findFirstKey } from './fill-works.ts';
import { makeFilms } from './registry-films.ts';

/** Works written in one transaction. */
const BATCH = 20;
const HOUR_S = 3600;
/** ISO 24138 of nothing: a work without any would have its own computed at the start, beside the bench. */
const ISCC = 'ISCC:KACYPXW445FTYNJ3CYSXHAFJMA2HUWULUNRFE3BLHRSCXYH2M5AEGQY';

/** How to fill a registry with films. */
export interface FillFilmsOptions {
  /** Data folder of a service that was started once and is stopped. */
  readonly dataFolder: string;
  /** What `video-registry.ts --keep` holds: an index of made-up films and the vectors that they were made of. */
  readonly keep: string;
  /** A film that stands for the file of every work, which last an hour: it has to as well, or glances read nothing. */
  readonly file: string;
  readonly modelDigest: Digest;
}

/** The parts of an index snapshot's directory that are changed here. */
interface Directory {
  readonly modelDigest: Digest;
  readonly works: readonly (readonly [WorkId, number, number, number])[];
}

/**
 * Puts the made-up films of a kept index into a registry behind the service's back, through its stores: an hour and a print
 * of 3,600 stretches each, state `decided`, and the index itself as the service's snapshot. Gives how many there are.
 */
export async function fillFilms(options: FillFilmsOptions): Promise<number> {
  const { dataFolder, keep, modelDigest } = options;
  const snapshot = join(keep, 'films.usearch');
  const directory = JSON.parse(readFileSync(`${snapshot}.json`, 'utf8')) as Directory;
  if (directory.modelDigest !== modelDigest) throw new Error(`${snapshot} is of another model`);
  const films = makeFilms(
    (JSON.parse(readFileSync(join(keep, 'clips.json'), 'utf8')) as number[][][]).map((clip) =>
      clip.map((vector) => Int8Array.from(vector) as Vector),
    ),
  );
  const db = await openDb({ url: null, directory: join(dataFolder, 'database') });
  try {
    const keyId = await findFirstKey(db);
    const works: [WorkId, number, number, number][] = [];
    for (let at = 0; at < directory.works.length; at += BATCH) {
      const batch = directory.works.slice(at, at + BATCH).map(([name, slot, , count]) => {
        const { durationMs, spans } = films.film(Number(name.slice('work_'.length)), HOUR_S);
        return { slot, count, print: printOf(durationMs, spans, modelDigest) };
      });
      works.push(...(await insertFilms(db, batch, keyId, options)));
    }
    const name = `${await readDatabaseId(db)}-${modelDigest.slice(2, 18)}-frames.usearch`;
    const highWaterMark = Math.max(...works.map(([, , position]) => position));
    copyFileSync(snapshot, join(dataFolder, name));
    writeFileSync(join(dataFolder, `${name}.json`), JSON.stringify({ ...directory, highWaterMark, works }));
    return works.length;
  } finally {
    await db.close();
  }
}

type Span = { readonly startMs: number; readonly endMs: number; readonly vector: Vector };

function printOf(durationMs: number, spans: readonly Span[], modelDigest: Digest): VideoPrint {
  const code = ({ vector }: Span): Digest => toHex(createHash('sha256').update(vector).digest());
  return {
    medium: 'video',
    modelDigest,
    durationMs,
    lowInformation: false,
    whole: { code: code(spans[0]!), vector: spans[0]!.vector },
    spans: spans.map((span) => ({ ...span, code: code(span) })),
  };
}

async function insertFilms(
  db: Db,
  batch: readonly { readonly slot: number; readonly count: number; readonly print: VideoPrint }[],
  keyId: KeyId,
  { dataFolder, file, modelDigest }: FillFilmsOptions,
): Promise<[WorkId, number, number, number][]> {
  const fill = createFiller(db, keyId, modelDigest);
  const works = createWorkStore(db);
  const prints = createMediaPrintStore(db, 'video');
  const facts = { frameRate: 25, soundInRecord: false };
  return await db.transaction(async (sql) => {
    const rows: [WorkId, number, number, number][] = [];
    for (const { slot, count, print } of batch) {
      const bytes = encodeVideoPrint(print);
      // Every work has bytes of its own by its digest; the file behind it is one for all.
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const folder = join(dataFolder, 'content', 'uploads', sha256.slice(0, 2));
      mkdirSync(folder, { recursive: true });
      linkSync(file, join(folder, sha256));
      const { code } = print.spans[0]!;
      const work = await fill(
        sql,
        {
          medium: 'video',
          title: `film ${slot}`,
          fileName: `film ${slot}.mp4`,
          mediaType: 'video/mp4',
          sizeBytes: statSync(file).size,
          width: 1280,
          height: 720,
          durationMs: print.durationMs,
          sha256,
          code,
          fingerprintRoot: code,
        },
        (workId) => prints.insert(sql, workId, modelDigest, { bytes, facts }),
      );
      if (!work) throw new Error('two made-up films are the same');
      await works.noteIscc(sql, work.id, ISCC);
      rows.push([work.id, slot, work.printPosition, count]);
    }
    return rows;
  });
}
