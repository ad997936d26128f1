import type { KeyId, WorkId } from '../domain/ids.ts';
import { ISCC_UNIT_TYPES, type IsccNeighbour, type IsccUnit } from '../domain/iscc.ts';
import type { Sql } from './db.ts';

/** Which neighbours of a unit are wanted. */
export interface IsccQuery {
  /** 0…1; bits that agree ÷ bits of the unit. */
  readonly minSimilarity: number;
  readonly limit: number;
  /** As for lists of works: without it unsigned works of everybody are found, else only those of this key. */
  readonly unsignedOf?: KeyId | undefined;
}

/** ISCC units of registered works. */
export interface IsccStore {
  /** Stores the units of a work; all bodies have 256 bits. A work that has units keeps them. */
  insertUnits(sql: Sql, workId: WorkId, units: readonly IsccUnit[]): Promise<void>;
  /** Units of a work in the order of an ISCC-CODE; none for works from before units were computed. */
  findUnits(workId: WorkId): Promise<IsccUnit[]>;
  /**
   * Works with a unit of the same type whose first bits are near those of `unit`, nearest first; works that were
   * rejected do not count. Every unit of the type is compared; an Instance-Code is looked up, and has to be equal.
   */
  findNear(unit: IsccUnit, query: IsccQuery): Promise<IsccNeighbour[]>;
}

/** ISCC store on a database whose migrations have run. */
export function createIsccStore(db: Sql): IsccStore {
  return {
    async insertUnits(sql, workId, units) {
      await sql.query(
        `insert into iscc_units (work_id, unit_type, body)
         select $1, unit_type, body::bit(256) from unnest($2::text[], $3::text[]) as unit (unit_type, body)
         on conflict (work_id, unit_type) do nothing`,
        [workId, units.map(({ type }) => type), units.map(({ body }) => toBits(body))],
      );
    },
    async findUnits(workId) {
      const rows = await db.query<{ unit_type: IsccUnit['type']; body: string }>(
        'select unit_type, body::text as body from iscc_units where work_id = $1',
        [workId],
      );
      const units = rows.map(({ unit_type, body }) => ({ type: unit_type, body: fromBits(body) }));
      return units.sort((a, b) => ISCC_UNIT_TYPES.indexOf(a.type) - ISCC_UNIT_TYPES.indexOf(b.type));
    },
    async findNear(unit, { minSimilarity, limit, unsignedOf }) {
      const bits = unit.body.length * 8;
      const isChecksum = unit.type === 'instance';
      const mostDiffering = isChecksum ? 0 : Math.floor(bits * (1 - minSimilarity) + 1e-9);
      const lookUp = isChecksum && bits >= 64 ? 'and substring(body from 1 for 64) = $7::text::bit(64)' : '';
      const rows = await db.query<{ work_id: WorkId; differing: number | string }>(
        `select near.work_id, near.differing from (
           select work_id, bit_count(substring(body from 1 for $2::integer) # $3::text::bit varying) as differing
           from iscc_units where unit_type = $1 ${lookUp}
         ) as near join works on works.id = near.work_id
         where near.differing <= $4 and works.state <> 'rejected'
           and ($6::text is null or works.state in ('recorded', 'submitted', 'anchored') or works.key_id = $6)
         order by near.differing, near.work_id limit $5`,
        [
          unit.type,
          bits,
          toBits(unit.body),
          mostDiffering,
          limit,
          unsignedOf ?? null,
          ...(lookUp ? [toBits(unit.body.subarray(0, 8))] : []),
        ],
      );
      return rows.map(({ work_id, differing }) => ({
        workId: work_id,
        units: [{ type: unit.type, bits, similarity: (bits - Number(differing)) / bits }],
      }));
    },
  };
}

function toBits(body: Uint8Array): string {
  return Array.from(body, (byte) => byte.toString(2).padStart(8, '0')).join('');
}

function fromBits(text: string): Uint8Array {
  return Uint8Array.from({ length: text.length / 8 }, (_, i) =>
    Number.parseInt(text.slice(8 * i, 8 * i + 8), 2),
  );
}
