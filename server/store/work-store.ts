import type { Digest } from '../domain/digest.ts';
import type { KeyId, WorkId } from '../domain/ids.ts';
import type { WorkRecord } from '../domain/records/index.ts';
import { UNDERWAY_STATES, type Work, type WorkState } from '../domain/work.ts';
import { ConflictError, InternalError, NotFoundError } from '../errors.ts';
import type { Db, Row, Sql } from './db.ts';
import { Conditions, type Page, type PageQuery, toPage } from './page.ts';
import { assignments, toJson } from './row.ts';
import { createUnsignedWorks, type UnsignedWorks } from './unsigned-works.ts';
import { createWorkIscc, type WorkIscc } from './work-iscc.ts';
import { WORK_LANES, type WorkLanes } from './work-lanes.ts';
import { createWorkModels, type WorkModels } from './work-models.ts';
import { toStanding, toWork, type WorkStanding } from './work-row.ts';

export type { WorkStanding } from './work-row.ts';

/** What is known of a work when it arrives. */
export type NewWork = Pick<
  Work,
  'id' | 'medium' | 'title' | 'fileName' | 'mediaType' | 'sizeBytes' | 'width' | 'height' | 'contentId'
> &
  Pick<Work, 'contentHash' | 'owner' | 'lane' | 'keyId' | 'durationMs'>;

/** What a transition may set beside the state. */
export type WorkChanges = Partial<
  Pick<
    Work,
    'code' | 'fingerprintRoot' | 'modelDigest' | 'iscc' | 'metadataCid' | 'recordDigest' | 'verdict'
  > &
    Pick<Work, 'consent' | 'batchId' | 'anchor' | 'problem'> & {
      readonly record: WorkRecord;
      readonly printPosition: number;
      readonly passed: readonly WorkId[];
    }
>;

/** Which works a list shows. */
export interface WorkFilter extends PageQuery {
  readonly state?: WorkState | undefined;
  readonly owner?: string | undefined;
  /** Without it unsigned works of everybody are shown, else only those of this key. */
  readonly unsignedOf?: KeyId | undefined;
}

/** Works, their states, and the one rule about states: only legal steps, decided under a row lock. */
export interface WorkStore extends WorkLanes, UnsignedWorks, WorkModels, WorkIscc {
  /** Null when a work on its way has this content already; whether an accepted one has is not asked. */
  insertWork(sql: Sql, work: NewWork): Promise<Work | null>;
  findWork(id: WorkId, sql?: Sql): Promise<Work | null>;
  /**
   * The works that have this content and were not turned away: at most one that was accepted, then at most one on its way.
   * There are both while the first was left unsigned and the second is not decided.
   */
  findWorksByContent(contentHash: Digest, sql?: Sql): Promise<Work[]>;
  /** The canonical record, from `decided` on. */
  findRecord(id: WorkId, sql?: Sql): Promise<WorkRecord | null>;
  findStandings(ids: readonly WorkId[]): Promise<ReadonlyMap<WorkId, WorkStanding>>;
  listWorks(filter: WorkFilter): Promise<Page<Work>>;
  countWorks(): Promise<{ total: number; anchored: number }>;
  /** Every work with its record, oldest first, read in pages. */
  allWorks(): AsyncIterable<{ readonly work: Work; readonly record: WorkRecord | null }>;
  /** Writes a problem into a work that stays where it is. */
  noteProblem(sql: Sql, id: WorkId, problem: NonNullable<Work['problem']>): Promise<void>;
  /**
   * Moves a work under its row lock. Throws `not_found`, `wrong_state` when the work is in none of `from`, and
   * `internal` for a step that the life of a work does not have.
   */
  moveWork(
    sql: Sql,
    id: WorkId,
    from: readonly WorkState[],
    to: WorkState,
    changes?: WorkChanges,
  ): Promise<Work>;
}

/** The life of a work: from each state, the states it may go to. */
export const WORK_STEPS: Readonly<Record<WorkState, readonly WorkState[]>> = {
  received: ['fingerprinted', 'rejected'],
  // Again when its model was changed in between.
  fingerprinted: ['fingerprinted', 'decided', 'in_review', 'rejected'],
  decided: ['recorded', 'rejected'],
  // Judged again when what made way for it was signed meanwhile.
  in_review: ['decided', 'rejected', 'fingerprinted'],
  rejected: [],
  recorded: ['submitted', 'anchored'],
  // A fee bump submits again; a reorg, or a chain that lost its tail, moves back.
  submitted: ['submitted', 'anchored', 'recorded'],
  anchored: ['anchored', 'recorded'],
};

const COLUMNS: Readonly<Record<keyof WorkChanges, string>> = {
  code: 'code',
  fingerprintRoot: 'fingerprint_root',
  modelDigest: 'model_digest',
  iscc: 'iscc',
  metadataCid: 'metadata_cid',
  recordDigest: 'record_digest',
  verdict: 'verdict',
  consent: 'consent',
  batchId: 'batch_id',
  anchor: 'anchor',
  problem: 'problem',
  record: 'record',
  printPosition: 'print_position',
  passed: 'passed',
};
const JSON_COLUMNS = new Set(['verdict', 'consent', 'anchor', 'problem', 'record', 'passed']);

// Of a walk through all rows: large enough to be quick, small enough for memory.
const PAGE_ROWS = 500;

/** Work store on a database. */
export function createWorkStore(db: Db): WorkStore {
  return {
    async insertWork(sql, work) {
      const rows = await sql.query(
        `insert into works (id, state, medium, title, file_name, media_type, size_bytes, width, height, duration_ms,
           content_id, content_hash, owner, lane, key_id)
         values ($1, 'received', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
         on conflict (content_hash) where state in ('received', 'fingerprinted', 'in_review') do nothing returning *`,
        [
          work.id,
          work.medium,
          work.title,
          work.fileName,
          work.mediaType,
          work.sizeBytes,
          work.width,
          work.height,
          work.durationMs,
          work.contentId,
          work.contentHash,
          work.owner,
          work.lane,
          work.keyId,
        ],
      );
      return rows[0] ? toWork(rows[0]) : null;
    },
    async findWork(id, sql = db) {
      const [row] = await sql.query('select * from works where id = $1', [id]);
      return row ? toWork(row) : null;
    },
    async findWorksByContent(contentHash, sql = db) {
      const rows = await sql.query(
        `select * from works where content_hash = $1 and state <> 'rejected' order by state = any($2::text[])`,
        [contentHash, UNDERWAY_STATES],
      );
      return rows.map(toWork);
    },
    async findRecord(id, sql = db) {
      const [row] = await sql.query<{ record: WorkRecord | null }>('select record from works where id = $1', [
        id,
      ]);
      return row?.record ?? null;
    },
    async findStandings(ids) {
      const rows = await db.query(
        `select id, state, owner, print_position, key_id, content_hash, updated_at
         from works where id = any($1::text[])`,
        [ids],
      );
      return new Map(rows.map((row) => [row['id'] as WorkId, toStanding(row)]));
    },
    async listWorks(filter) {
      const where = new Conditions();
      where.add('state = ?', filter.state);
      where.add('owner = ?', filter.owner);
      where.add('id < ?', filter.cursor);
      where.add("(state in ('recorded', 'submitted', 'anchored') or key_id = ?)", filter.unsignedOf);
      const rows = await db.query(
        `select * from works ${where.text} order by id desc limit ${where.place(filter.limit + 1)}`,
        where.values,
      );
      return toPage(rows.map(toWork), filter.limit);
    },
    async countWorks() {
      const [row] = await db.query<{ total: number; anchored: number }>(
        `select count(*)::int as total, count(*) filter (where state = 'anchored')::int as anchored
         from works where state <> 'rejected'`,
      );
      return { total: row?.total ?? 0, anchored: row?.anchored ?? 0 };
    },
    ...WORK_LANES,
    ...createUnsignedWorks(db),
    ...createWorkModels(db),
    ...createWorkIscc(db),
    async noteProblem(sql, id, problem) {
      await sql.query('update works set problem = $2::jsonb, updated_at = now() where id = $1', [
        id,
        toJson(problem),
      ]);
    },
    async *allWorks() {
      for (let after = ''; ; ) {
        const rows = await db.query('select * from works where id > $1 order by id limit $2', [
          after,
          PAGE_ROWS,
        ]);
        for (const row of rows) yield { work: toWork(row), record: row['record'] as WorkRecord | null };
        if (rows.length < PAGE_ROWS) return;
        after = rows.at(-1)?.['id'] as string;
      }
    },
    moveWork,
  };
}

async function moveWork(
  sql: Sql,
  id: WorkId,
  from: readonly WorkState[],
  to: WorkState,
  changes: WorkChanges = {},
): Promise<Work> {
  const illegal = from.find((state) => !WORK_STEPS[state].includes(to));
  if (illegal) throw new InternalError('internal', `a work never goes from ${illegal} to ${to}`);
  const [row] = await sql.query<{ state: WorkState }>('select state from works where id = $1 for update', [
    id,
  ]);
  if (!row) throw new NotFoundError('not_found', `there is no work ${id}`);
  if (!from.includes(row.state)) {
    throw new ConflictError('wrong_state', `the work is ${row.state}, not ${from.join(' or ')}`, {
      extra: { state: row.state },
    });
  }
  const columns = Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [COLUMNS[name as keyof WorkChanges], value]),
  );
  const set = assignments({ state: to, ...columns }, JSON_COLUMNS, 2);
  const rows = await sql.query(`update works set ${set.text}, updated_at = now() where id = $1 returning *`, [
    id,
    ...set.values,
  ]);
  return toWork(rows[0] as Row);
}
