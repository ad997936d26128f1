import type { Evidence, EvidenceState } from '../domain/evidence.ts';
import type { CheckId, EvidenceId, KeyId, WorkId } from '../domain/ids.ts';
import type { EvidenceClaim } from '../domain/records/index.ts';
import { ConflictError, InternalError, NotFoundError } from '../errors.ts';
import type { Db, Row, Sql } from './db.ts';
import { Conditions, type Page, type PageQuery, toPage } from './page.ts';
import { readMatch } from './read-match.ts';
import { assignments, isoTime, toJson } from './row.ts';

/** What is known of a piece of evidence when it is filed. */
export type NewEvidence = Omit<
  Evidence,
  | 'state'
  | 'transactionHash'
  | 'blockNumber'
  | 'blockTime'
  | 'finalized'
  | 'problem'
  | 'createdAt'
  | 'updatedAt'
> & { readonly claim: EvidenceClaim };

/** What a step may set beside the state. */
export type EvidenceChanges = Partial<
  Pick<Evidence, 'transactionHash' | 'blockNumber' | 'blockTime' | 'finalized' | 'problem'>
>;

/** Which evidence a list shows; without `keyId` that of everybody. */
export interface EvidenceFilter extends PageQuery {
  readonly keyId?: KeyId | undefined;
  readonly workId?: string | undefined;
}

/** Evidence and its way to the chain. */
export interface EvidenceStore {
  /** Null when evidence of this match, or the same accusation through another check, was filed before. */
  insertEvidence(sql: Sql, evidence: NewEvidence): Promise<Evidence | null>;
  findEvidence(id: EvidenceId, sql?: Sql): Promise<Evidence | null>;
  findEvidenceOfMatch(checkId: CheckId, workId: WorkId): Promise<Evidence | null>;
  /** Evidence by the same reporter that the same bytes copy the same segment of the work. */
  findAccusation(workId: WorkId, claim: EvidenceClaim): Promise<Evidence | null>;
  /** The whole claim as it goes to the chain. */
  findClaim(id: EvidenceId, sql?: Sql): Promise<EvidenceClaim | null>;
  listEvidence(filter: EvidenceFilter): Promise<Page<Evidence>>;
  /** All evidence with its claims, oldest first, read in pages. */
  allEvidence(): AsyncIterable<{ readonly evidence: Evidence; readonly claim: EvidenceClaim }>;
  /** Moves evidence under its row lock; throws as `WorkStore.moveWork` does. */
  moveEvidence(
    sql: Sql,
    id: EvidenceId,
    from: readonly EvidenceState[],
    to: EvidenceState,
    changes?: EvidenceChanges,
  ): Promise<Evidence>;
}

/** The life of evidence: from each state, the states it may go to. */
export const EVIDENCE_STEPS: Readonly<Record<EvidenceState, readonly EvidenceState[]>> = {
  recorded: ['submitted', 'anchored', 'failed'],
  submitted: ['submitted', 'anchored', 'recorded', 'failed'],
  anchored: ['anchored', 'recorded'],
  failed: [],
};

const COLUMNS: Readonly<Record<keyof EvidenceChanges, string>> = {
  transactionHash: 'transaction_hash',
  blockNumber: 'block_number',
  blockTime: 'block_time',
  finalized: 'finalized',
  problem: 'problem',
};

// Of a walk through all rows: large enough to be quick, small enough for memory.
const PAGE_ROWS = 500;

/** Evidence store on a database. */
export function createEvidenceStore(db: Db): EvidenceStore {
  return {
    insertEvidence,
    async findEvidence(id, sql = db) {
      const [row] = await sql.query('select * from evidence where id = $1', [id]);
      return row ? toEvidence(row) : null;
    },
    async findEvidenceOfMatch(checkId, workId) {
      const [row] = await db.query(
        `select * from evidence where check_id = $1 and work_id = $2 and state <> 'failed'`,
        [checkId, workId],
      );
      return row ? toEvidence(row) : null;
    },
    async findAccusation(workId, claim) {
      const [row] = await db.query(`select * from evidence where accusation = $1 and state <> 'failed'`, [
        accusationOf(workId, claim),
      ]);
      return row ? toEvidence(row) : null;
    },
    async findClaim(id, sql = db) {
      const [row] = await sql.query<{ claim: EvidenceClaim }>('select claim from evidence where id = $1', [
        id,
      ]);
      return row?.claim ?? null;
    },
    async listEvidence(filter) {
      const where = new Conditions();
      where.add('key_id = ?', filter.keyId);
      where.add('work_id = ?', filter.workId);
      where.add('id < ?', filter.cursor);
      const rows = await db.query(
        `select * from evidence ${where.text} order by id desc limit ${where.place(filter.limit + 1)}`,
        where.values,
      );
      return toPage(rows.map(toEvidence), filter.limit);
    },
    async *allEvidence() {
      for (let after = ''; ; ) {
        const rows = await db.query('select * from evidence where id > $1 order by id limit $2', [
          after,
          PAGE_ROWS,
        ]);
        for (const row of rows) yield { evidence: toEvidence(row), claim: row['claim'] as EvidenceClaim };
        if (rows.length < PAGE_ROWS) return;
        after = rows.at(-1)?.['id'] as string;
      }
    },
    moveEvidence,
  };
}

async function insertEvidence(sql: Sql, evidence: NewEvidence): Promise<Evidence | null> {
  const [row] = await sql.query(
    `insert into evidence (id, state, check_id, work_id, key_id, match, source_url, statement, accused, suspect_hash,
       suspect_code, hamming_distance, evidence_root, evidence_cid, claim, claim_id, accusation)
     values ($1, 'recorded', $2, $3, $4, $5::jsonb, $6, $7, $8, $9, $10, $11, $12, $13, $14::jsonb, $15, $16)
     on conflict do nothing returning *`,
    [
      evidence.id,
      evidence.checkId,
      evidence.workId,
      evidence.keyId,
      toJson(evidence.match),
      evidence.sourceUrl,
      evidence.statement,
      evidence.accused,
      evidence.suspectHash,
      evidence.suspectCode,
      evidence.hammingDistance,
      evidence.evidenceRoot,
      evidence.evidenceCid,
      toJson(evidence.claim),
      evidence.claimId,
      accusationOf(evidence.workId, evidence.claim),
    ],
  );
  return row ? toEvidence(row) : null;
}

/** What makes two claims the same accusation, however they were found. Migration 0640 spells it likewise. */
function accusationOf(workId: WorkId, { suspectHash, segment, reporter }: EvidenceClaim): string {
  return [suspectHash, workId, segment, reporter].join(' ');
}

async function moveEvidence(
  sql: Sql,
  id: EvidenceId,
  from: readonly EvidenceState[],
  to: EvidenceState,
  changes: EvidenceChanges = {},
): Promise<Evidence> {
  const illegal = from.find((state) => !EVIDENCE_STEPS[state].includes(to));
  if (illegal) throw new InternalError('internal', `evidence never goes from ${illegal} to ${to}`);
  const [row] = await sql.query<{ state: EvidenceState }>(
    'select state from evidence where id = $1 for update',
    [id],
  );
  if (!row) throw new NotFoundError('not_found', `there is no evidence ${id}`);
  if (!from.includes(row.state)) {
    throw new ConflictError('wrong_state', `the evidence is ${row.state}, not ${from.join(' or ')}`);
  }
  const columns = Object.fromEntries(
    Object.entries(changes).map(([name, value]) => [COLUMNS[name as keyof EvidenceChanges], value]),
  );
  const set = assignments({ state: to, ...columns }, new Set(['problem']), 2);
  const rows = await sql.query(
    `update evidence set ${set.text}, updated_at = now() where id = $1 returning *`,
    [id, ...set.values],
  );
  return toEvidence(rows[0] as Row);
}

function toEvidence(row: Row): Evidence {
  return {
    id: row['id'],
    state: row['state'],
    checkId: row['check_id'],
    workId: row['work_id'],
    keyId: row['key_id'],
    match: readMatch(row['match']),
    sourceUrl: row['source_url'],
    statement: row['statement'],
    accused: row['accused'],
    suspectHash: row['suspect_hash'],
    suspectCode: row['suspect_code'],
    hammingDistance: row['hamming_distance'],
    evidenceRoot: row['evidence_root'],
    evidenceCid: row['evidence_cid'],
    claimId: row['claim_id'],
    transactionHash: row['transaction_hash'],
    blockNumber: row['block_number'],
    blockTime: row['block_time'],
    finalized: row['finalized'],
    problem: row['problem'],
    createdAt: isoTime(row['created_at']),
    updatedAt: isoTime(row['updated_at']),
  } as Evidence;
}
