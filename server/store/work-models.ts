import type { Digest } from '../domain/digest.ts';
import type { Db } from './db.ts';

/** The work store's part about the models that made fingerprints. */
export interface WorkModels {
  /** How many live works have a fingerprint, be it of their sound, by none of these models. */
  countByOtherModels(digests: readonly Digest[]): Promise<number>;
  /** How many live works and kept prints name each model. */
  countModels(): Promise<ReadonlyMap<Digest, number>>;
}

/** That part on a database. */
export function createWorkModels(db: Db): WorkModels {
  return {
    async countModels() {
      const rows = await db.query<{ digest: Digest; named: number }>(
        `select digest, count(*)::int as named from (
           select model_digest as digest from works where state <> 'rejected' and model_digest is not null
           union all select model_digest from media_prints where not removed) as named group by digest`,
      );
      return new Map(rows.map(({ digest, named }) => [digest, named]));
    },
    async countByOtherModels(digests) {
      const [row] = await db.query<{ works: number }>(
        `select count(*)::int as works from works
         where state <> 'rejected' and (
           (model_digest is not null and model_digest <> all($1::text[]))
           or exists (select 1 from media_prints p
                      where p.work_id = works.id and not p.removed and p.model_digest <> all($1::text[])))`,
        [digests],
      );
      return row?.works ?? 0;
    },
  };
}
