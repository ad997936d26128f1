import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InternalError } from '../../server/errors.ts';

/** The image model of this repository with the highest version. Throws `model_missing` when there is none. */
export async function defaultModel(): Promise<string> {
  const root = join(import.meta.dirname, '../../models');
  const names = await readdir(root).catch(() => [] as string[]);
  const images = names.filter((name) => /^colophon-image@\d+\.\d+\.\d+$/.test(name));
  images.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const newest = images.at(-1);
  if (!newest) throw new InternalError('model_missing', 'models/ holds no image model');
  return join(root, newest);
}
