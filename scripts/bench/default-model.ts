import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { InternalError } from '../../server/errors.ts';

/** The image model of this repository with the highest version. Throws `model_missing` when there is none. */
export function defaultModel(): Promise<string> {
  return newestModel('image');
}

/** The same for audio. */
export function defaultAudioModel(): Promise<string> {
  return newestModel('audio');
}

async function newestModel(medium: string): Promise<string> {
  const root = join(import.meta.dirname, '../../models');
  const names = await readdir(root).catch(() => [] as string[]);
  const pattern = new RegExp(`^colophon-${medium}@\\d+\\.\\d+\\.\\d+$`);
  const models = names.filter((name) => pattern.test(name));
  models.sort((a, b) => a.localeCompare(b, 'en', { numeric: true }));
  const newest = models.at(-1);
  if (!newest) throw new InternalError('model_missing', `models/ holds no ${medium} model`);
  return join(root, newest);
}
