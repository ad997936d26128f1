import { createHash } from 'node:crypto';
import { copyFileSync, linkSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Digest, toHex } from '../../server/domain/digest.ts';
import type { Vector } from '../../server/domain/fingerprint.ts';
import { type ContentId, type KeyId, newId, type WorkId } from '../../server/domain/ids.ts';
import type { Verdict } from '../../server/domain/match.ts';
import { encodeVideoPrint, type VideoPrint } from '../../server/pipeline/fingerprint/video/index.ts';
import type { Db } from '../../server/store/db.ts';
import { createMediaPrintStore } from '../../server/store/media-print-store.ts';
import { openDb, readDatabaseId } from '../../server/store/open-db.ts';
import { createUploadStore } from '../../server/store/upload-store.ts';
import { createWorkStore } from '../../server/store/work-store.ts';
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
  /** A film that stands for the file of every work. */
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
  const { dataFolder, keep, file, modelDigest } = options;
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
    const [key] = await db.query<{ id: KeyId }>('select id from api_keys order by id limit 1');
    if (!key) throw new Error('the service has no key: start it once before');
    const works: [WorkId, number, number, number][] = [];
    for (let at = 0; at < directory.works.length; at += BATCH) {
      const batch = directory.works.slice(at, at + BATCH).map(([name, slot, , count]) => {
        const { durationMs, spans } = films.film(Number(name.slice('work_'.length)), HOUR_S);
        return { slot, count, print: printOf(durationMs, spans, modelDigest) };
      });
      works.push(...(await insertFilms(db, batch, key.id, dataFolder, file, modelDigest)));
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
  dataFolder: string,
  file: string,
  modelDigest: Digest,
): Promise<[WorkId, number, number, number][]> {
  const works = createWorkStore(db);
  const uploads = createUploadStore(db);
  const prints = createMediaPrintStore(db, 'video');
  const verdict: Verdict = {
    outcome: 'distinct',
    policyVersion: 'filled by the bench',
    modelDigest,
    matches: [],
    explanation: 'Not compared: filled by the bench.',
  };
  return await db.transaction(async (sql) => {
    const rows: [WorkId, number, number, number][] = [];
    for (const { slot, count, print } of batch) {
      const bytes = encodeVideoPrint(print);
      // Every work has bytes of its own by its digest; the file behind it is one for all.
      const sha256 = createHash('sha256').update(bytes).digest('hex');
      const contentId: ContentId = `content_${sha256}`;
      const folder = join(dataFolder, 'content', 'uploads', sha256.slice(0, 2));
      mkdirSync(folder, { recursive: true });
      linkSync(file, join(folder, sha256));
      const upload = {
        contentId,
        contentHash: `0x${sha256}` as const,
        sizeBytes: statSync(file).size,
        mediaType: 'video/mp4',
      };
      await uploads.insertUpload(sql, upload, { keyId, fileName: `film ${slot}.mp4` });
      const work = await works.insertWork(sql, {
        ...upload,
        id: newId('work'),
        medium: 'video',
        title: `film ${slot}`,
        fileName: `film ${slot}.mp4`,
        width: 1280,
        height: 720,
        durationMs: print.durationMs,
        owner: `0x${'be'.repeat(20)}`,
        lane: 'batch',
        keyId,
      });
      if (!work) throw new Error('two made-up films are the same');
      const printPosition = await prints.insert(sql, work.id, modelDigest, {
        bytes,
        facts: { frameRate: 25, soundInRecord: false },
      });
      const { code } = print.spans[0]!;
      const facts = { code, fingerprintRoot: code, modelDigest, printPosition };
      await works.moveWork(sql, work.id, ['received'], 'fingerprinted', facts);
      await works.moveWork(sql, work.id, ['fingerprinted'], 'decided', { verdict });
      await works.noteIscc(sql, work.id, ISCC);
      rows.push([work.id, slot, printPosition, count]);
    }
    return rows;
  });
}
