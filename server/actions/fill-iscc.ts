import type { WorkId } from '../domain/ids.ts';
import type { WorkIscc } from '../domain/iscc.ts';
import type { Work } from '../domain/work.ts';
import { computeIscc } from '../pipeline/fingerprint/iscc/index.ts';
import type { Deps } from './deps.ts';
import { storedFile } from './media/stored-file.ts';

type Needs = Pick<Deps, 'db' | 'works' | 'media' | 'content' | 'isccUnits' | 'isccSource'>;

/** Works that are looked up at once. */
const PAGE = 20;

/**
 * Computes the ISCC of works that were taken in before the service knew it, one after the other, so that they are found by
 * it. Their records and metadata stay what was signed. A work whose file cannot be read is told of and passed by; the next
 * start tries it again. Gives how many were filled in; stops early once `signal` says so.
 */
export async function fillIscc(
  deps: Needs,
  signal: AbortSignal,
  onError: (workId: WorkId, error: unknown) => void,
): Promise<number> {
  let filled = 0;
  for (let after: WorkId | '' = ''; ; ) {
    const works: Work[] = signal.aborted ? [] : await deps.works.findWithoutIscc(after, PAGE);
    for (const work of works) {
      if (signal.aborted) return filled;
      try {
        const { code, units } = await isccOf(deps, work);
        if (signal.aborted) return filled;
        await deps.db.transaction(async (sql) => {
          await deps.isccUnits.insertUnits(sql, work.id, units);
          await deps.works.noteIscc(sql, work.id, code);
        });
        filled++;
      } catch (error) {
        if (!signal.aborted) onError(work.id, error);
      }
    }
    const last = works.at(-1);
    if (last === undefined) return filled;
    after = last.id;
  }
}

/** The ISCC of a work that was taken in, from its stored file and, for a text, from what was read of it. */
export async function isccOf(
  deps: Pick<Needs, 'media' | 'content' | 'isccSource'>,
  work: Work,
): Promise<WorkIscc> {
  const path = deps.media.of(work.medium);
  const { path: filePath } = await storedFile(deps, work);
  const print = path.textOf ? await path.loadPrint(work.id) : null;
  const text = print && (path.textOf?.(print) ?? null);
  return await computeIscc({ path: filePath, medium: work.medium, title: work.title, text }, deps.isccSource);
}
