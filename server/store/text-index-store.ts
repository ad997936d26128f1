import type { WorkId } from '../domain/ids.ts';
import {
  type PreparedText,
  prepareText,
  type TextPrint,
  winnow,
} from '../pipeline/fingerprint/text/index.ts';
import type { Posting, TextIndex, TextReferences } from '../pipeline/match/text/index.ts';
import type { Sql } from './db.ts';

/** Texts of registered works and the inverted index over their grams. */
export interface TextIndexStore extends TextIndex, TextReferences {
  /**
   * Stores a text and its grams inside the caller's transaction; gives its place in the order of commits. Idempotent
   * per work.
   */
  insertText(sql: Sql, workId: WorkId, prepared: PreparedText, print: TextPrint): Promise<number>;
  /** Takes a text out inside the caller's transaction; unknown works are ignored. */
  removeText(sql: Sql, workId: WorkId): Promise<void>;
  load(workId: WorkId): Promise<PreparedText | null>;
}

/** Any number but those of others. */
const TURN = 4_207_002;
const INSERT_BATCH = 10_000;
/** Characters of prepared texts that are kept in memory; each costs about 12 bytes. */
const CACHE_CHARACTERS = 8_000_000;

/** Text index on a database: PGlite or PostgreSQL. Only prints of `modelDigest` are compared. */
export function createTextIndexStore(sql: Sql, modelDigest: string): TextIndexStore {
  const cache = new Map<WorkId, PreparedText>();
  return {
    async insertText(transaction, workId, prepared, print) {
      // Writers take turns until they commit, so that numbers become visible in their order.
      await transaction.query('select pg_advisory_xact_lock($1)', [TURN]);
      const [row] = await transaction.query<{ text_no: number }>(
        `insert into text_prints (work_id, model_digest, characters, code, content) values ($1, $2, $3, $4, $5)
         on conflict (work_id) do nothing returning text_no`,
        [workId, print.modelDigest, print.characters, print.segments[0]!.code, prepared.text],
      );
      if (row === undefined) return await numberOf(transaction, workId);
      if (!print.lowInformation) await insertGrams(transaction, row.text_no, prepared);
      return row.text_no;
    },
    async removeText(transaction, workId) {
      cache.delete(workId);
      const [row] = await transaction.query<{ text_no: number; content: string }>(
        'delete from text_prints where work_id = $1 returning text_no, content',
        [workId],
      );
      if (row) await deleteGrams(transaction, row.text_no, prepareText(row.content));
    },
    lookup: (hashes, perHash) => lookup(sql, modelDigest, hashes, perHash),
    async load(workId) {
      const known = cache.get(workId);
      if (known) {
        // Moved to the end: the map's order is the order of use.
        cache.delete(workId);
        cache.set(workId, known);
        return known;
      }
      const [row] = await sql.query<{ content: string }>(
        'select content from text_prints where work_id = $1 and model_digest = $2',
        [workId, modelDigest],
      );
      if (!row) return null;
      const prepared = prepareText(row.content);
      remember(cache, workId, prepared);
      return prepared;
    },
  };
}

async function numberOf(sql: Sql, workId: WorkId): Promise<number> {
  const rows = await sql.query<{ text_no: number }>('select text_no from text_prints where work_id = $1', [
    workId,
  ]);
  return rows[0]!.text_no;
}

async function insertGrams(sql: Sql, textNo: number, { winnowed }: PreparedText): Promise<void> {
  const { hashes, positions } = winnowed;
  for (let from = 0; from < hashes.length; from += INSERT_BATCH) {
    const to = Math.min(hashes.length, from + INSERT_BATCH);
    await sql.query(
      `insert into text_grams (hash, text_no, position)
       select hash, $1, position from unnest($2::bigint[], $3::integer[]) as gram (hash, position)
       order by hash`,
      [textNo, Array.from(hashes.subarray(from, to)), Array.from(positions.subarray(from, to))],
    );
  }
}

/** By their hashes, which follow from the text: an index by text for this rare case would cost every insert. */
async function deleteGrams(sql: Sql, textNo: number, { normalized }: PreparedText): Promise<void> {
  const hashes = [...new Set(winnow(normalized).hashes)];
  for (let from = 0; from < hashes.length; from += INSERT_BATCH) {
    await sql.query('delete from text_grams where hash = any($1::bigint[]) and text_no = $2', [
      hashes.slice(from, from + INSERT_BATCH),
      textNo,
    ]);
  }
}

async function lookup(
  sql: Sql,
  modelDigest: string,
  hashes: readonly number[],
  perHash: number,
): Promise<Posting[]> {
  if (hashes.length === 0) return [];
  const rows = await sql.query<{ hash: number; text_no: number; position: number }>(
    `select wanted.hash, gram.text_no, gram.position
     from unnest($1::bigint[]) as wanted (hash)
     cross join lateral (
       select text_no, position from text_grams where text_grams.hash = wanted.hash
       order by text_no, position limit $2
     ) as gram`,
    [[...hashes], perHash],
  );
  const works = await worksOf(sql, modelDigest, new Set(rows.map((row) => row.text_no)));
  return rows.flatMap(({ hash, text_no, position }) => {
    const workId = works.get(text_no);
    return workId === undefined ? [] : [{ hash: Number(hash), workId, position }];
  });
}

/** Apart from the postings, because a work's id would come once for each of its thousands of rows. */
async function worksOf(
  sql: Sql,
  modelDigest: string,
  numbers: ReadonlySet<number>,
): Promise<Map<number, WorkId>> {
  const rows = await sql.query<{ text_no: number; work_id: WorkId }>(
    'select text_no, work_id from text_prints where text_no = any($1::integer[]) and model_digest = $2',
    [[...numbers], modelDigest],
  );
  return new Map(rows.map((row) => [row.text_no, row.work_id]));
}

function remember(cache: Map<WorkId, PreparedText>, workId: WorkId, prepared: PreparedText): void {
  cache.set(workId, prepared);
  let characters = 0;
  for (const text of cache.values()) characters += text.normalized.characters;
  for (const [oldest, text] of cache) {
    if (characters <= CACHE_CHARACTERS || oldest === workId) break;
    cache.delete(oldest);
    characters -= text.normalized.characters;
  }
}
