import type { Work } from '../domain/work.ts';
import type { ApiClient } from './api-client.ts';
import { printable } from './output.ts';

const WORK_ID = /work_[0-9a-z]{26}/g;

/** Titles of the works that this key may see; the others are told without. */
export async function findTitles(
  client: Pick<ApiClient, 'get'>,
  ids: readonly string[],
): Promise<Map<string, string>> {
  const found = await Promise.all(
    [...new Set(ids)].map(async (id) => {
      const work = await client.get<Work>(`/v1/works/${id}`).catch(() => null);
      return work ? [[id, work.title] as const] : [];
    }),
  );
  return new Map(found.flat());
}

/** A sentence of the service with the title before the id of every work that it names. */
export async function nameWorks(client: Pick<ApiClient, 'get'>, sentence: string): Promise<string> {
  const titles = await findTitles(client, sentence.match(WORK_ID) ?? []);
  return sentence.replace(WORK_ID, (id) => {
    const title = titles.get(id);
    return title === undefined ? id : `“${printable(title)}” (${id})`;
  });
}
