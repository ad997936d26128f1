import type { Check } from '../domain/check.ts';
import type { CheckId, KeyId } from '../domain/ids.ts';
import { ConflictError } from '../errors.ts';
import type { Db, Row, Sql } from './db.ts';
import { Conditions, type Page, type PageQuery, toPage } from './page.ts';
import { readVerdict } from './read-match.ts';
import { isoTime, single, toJson } from './row.ts';

/** What is known of a check when it arrives. */
export type NewCheck = Omit<Check, 'state' | 'code' | 'verdict' | 'problem' | 'createdAt' | 'updatedAt'>;

/** Which checks a list shows; without `keyId` those of everybody. */
export interface CheckFilter extends PageQuery {
  readonly keyId?: KeyId | undefined;
}

/** Checks and their answers. */
export interface CheckStore {
  insertCheck(sql: Sql, check: NewCheck): Promise<Check>;
  findCheck(id: CheckId, sql?: Sql): Promise<Check | null>;
  listChecks(filter: CheckFilter): Promise<Page<Check>>;
  /** `received` → `decided`. Throws `wrong_state` when it was answered before. */
  decideCheck(sql: Sql, id: CheckId, answer: Pick<Check, 'code' | 'verdict'>): Promise<Check>;
  /** `received` → `failed`. Throws `wrong_state` when it was answered before. */
  failCheck(sql: Sql, id: CheckId, problem: NonNullable<Check['problem']>): Promise<Check>;
}

/** Check store on a database. */
export function createCheckStore(db: Db): CheckStore {
  return {
    async insertCheck(sql, check) {
      const rows = await sql.query(
        `insert into checks (id, state, medium, file_name, media_type, size_bytes, width, height, duration_ms,
           content_id, content_hash, key_id)
         values ($1, 'received', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) returning *`,
        [
          check.id,
          check.medium,
          check.fileName,
          check.mediaType,
          check.sizeBytes,
          check.width,
          check.height,
          check.durationMs,
          check.contentId,
          check.contentHash,
          check.keyId,
        ],
      );
      return toCheck(single(rows));
    },
    async findCheck(id, sql = db) {
      const [row] = await sql.query('select * from checks where id = $1', [id]);
      return row ? toCheck(row) : null;
    },
    async listChecks(filter) {
      const where = new Conditions();
      where.add('key_id = ?', filter.keyId);
      where.add('id < ?', filter.cursor);
      const rows = await db.query(
        `select * from checks ${where.text} order by id desc limit ${where.place(filter.limit + 1)}`,
        where.values,
      );
      return toPage(rows.map(toCheck), filter.limit);
    },
    decideCheck: (sql, id, answer) =>
      answerCheck(
        sql,
        id,
        `update checks set state = 'decided', code = $2, verdict = $3::jsonb, updated_at = now()
         where id = $1 and state = 'received' returning *`,
        [answer.code, toJson(answer.verdict)],
      ),
    failCheck: (sql, id, problem) =>
      answerCheck(
        sql,
        id,
        `update checks set state = 'failed', problem = $2::jsonb, updated_at = now()
         where id = $1 and state = 'received' returning *`,
        [toJson(problem)],
      ),
  };
}

async function answerCheck(sql: Sql, id: CheckId, text: string, values: unknown[]): Promise<Check> {
  const [row] = await sql.query(text, [id, ...values]);
  if (!row) throw new ConflictError('wrong_state', `check ${id} was answered before`);
  return toCheck(row);
}

function toCheck(row: Row): Check {
  return {
    id: row['id'],
    state: row['state'],
    medium: row['medium'],
    fileName: row['file_name'],
    mediaType: row['media_type'],
    sizeBytes: row['size_bytes'],
    width: row['width'],
    height: row['height'],
    durationMs: row['duration_ms'] ?? null,
    contentId: row['content_id'],
    contentHash: row['content_hash'],
    keyId: row['key_id'],
    code: row['code'],
    verdict: readVerdict(row['verdict']),
    problem: row['problem'],
    createdAt: isoTime(row['created_at']),
    updatedAt: isoTime(row['updated_at']),
  } as Check;
}
