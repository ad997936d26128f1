import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ModelFiles } from './actions/export-proof.ts';
import type { Digest } from './domain/digest.ts';
import { InternalError } from './errors.ts';
import { computeModelDigest } from './pipeline/fingerprint/index.ts';

/** Media that have a network of their own; videos are seen by that of pictures, texts need none. */
const MEDIA = ['image', 'audio'] as const;
/** One of them. */
export type ModelMedium = (typeof MEDIA)[number];

/** Models of a medium in `folder`, newest version first. */
export function listModelFolders(folder: string, medium: ModelMedium = 'image'): string[] {
  if (!existsSync(folder)) return [];
  const pattern = new RegExp(`^colophon-${medium}@(\\d+)\\.(\\d+)\\.(\\d+)$`);
  return readdirSync(folder)
    .map((name) => pattern.exec(name))
    .filter((match) => match !== null)
    .sort((a, b) => [1, 2, 3].map((i) => Number(b[i]) - Number(a[i])).find((order) => order !== 0) ?? 0)
    .map((match) => join(folder, match[0]));
}

/**
 * The folder that is configured; else the one that most works name, because no other can be compared with them; else the
 * newest. `named` counts works by the digest of their model. Throws `model_missing`.
 */
export function chooseModelFolder(
  configured: string | null,
  folder: string,
  medium: ModelMedium = 'image',
  named: ReadonlyMap<Digest, number> = new Map(),
): string {
  if (configured !== null) return configured;
  const folders = listModelFolders(folder, medium);
  const uses = folders.map((path) => {
    const [card] = readCard(path);
    return { path, works: card ? (named.get(computeModelDigest(card.files)) ?? 0) : 0 };
  });
  // Sorting is stable: of equals the newest.
  const [best] = uses.sort((a, b) => b.works - a.works);
  if (best) return best.path;
  throw new InternalError('model_missing', `there is no colophon-${medium}@… in ${folder}`);
}

/**
 * Finds the card of a model by its digest: one of those that run, or an older one in `folder`, because a record names the
 * model that made it for ever. Throws `model_missing`.
 */
export function createModelFinder(
  running: readonly ModelFiles[],
  folder: string,
): (digest: Digest) => ModelFiles {
  const known = new Map<Digest, ModelFiles>(running.map((card) => [computeModelDigest(card.files), card]));
  return (digest) => {
    if (!known.has(digest))
      for (const card of readCards(folder)) known.set(computeModelDigest(card.files), card);
    const card = known.get(digest);
    if (card) return card;
    throw new InternalError('model_missing', `the record names the model ${digest}, whose card is not here`);
  };
}

function readCards(folder: string): ModelFiles[] {
  return MEDIA.flatMap((medium) => listModelFolders(folder, medium)).flatMap(readCard);
}

function readCard(path: string): ModelFiles[] {
  try {
    return [JSON.parse(readFileSync(join(path, 'card.json'), 'utf8')) as ModelFiles];
  } catch {
    return []; // a folder without a card is no model
  }
}
