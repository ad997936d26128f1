import type { Check } from '../domain/check.ts';
import type { Work } from '../domain/work.ts';
import { type ApiClient, ApiProblem } from './api-client.ts';
import { printable } from './output.ts';

const WORK_ID = /work_[0-9a-z]{26}/g;

/** Works by their ids. */
export type SeenWorks = ReadonlyMap<string, Work>;

/** Ids of the works that a sentence names. */
export function worksNamedIn(sentence: string): string[] {
  return sentence.match(WORK_ID) ?? [];
}

/** Ids of the works that the answer to a check names. */
export function worksOfCheck({ verdict }: Check): string[] {
  if (verdict === null) return [];
  return [...worksNamedIn(verdict.explanation), ...verdict.matches.map(({ workId }) => workId)];
}

/** The works that this key may see, each asked for once; the others are told by their ids. Throws what `get` throws. */
export async function findWorks(
  client: Pick<ApiClient, 'get'>,
  ids: readonly string[],
): Promise<Map<string, Work>> {
  const found = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const work = await unlessUnseen(client.get<Work>(`/v1/works/${id}`), null);
      return work ? [[id, work] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** A sentence of the service with the title before the id of every work that it names. */
export function nameWorks(works: SeenWorks, sentence: string): string {
  return sentence.replace(WORK_ID, (id) => {
    const work = works.get(id);
    return work === undefined ? id : `“${printable(work.title)}” (${id})`;
  });
}

/** `otherwise` where what was asked for is not there, or not for this key. */
export async function unlessUnseen<T, E>(answer: Promise<T>, otherwise: E): Promise<T | E> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof ApiProblem && (error.status === 404 || error.status === 403)) return otherwise;
    throw error;
  }
}
