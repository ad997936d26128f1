import type { LeafPrint, PrintLeaf } from '../../../domain/fingerprint.ts';
import { packLocator, unpackLocator } from '../../../domain/records/segment.ts';

/**
 * The leaves of a film's record: those of its pictures, then one for every window of its sound (locator kind 5), which
 * a model of its own has made. The whole of the sound has none: leaf 0 is the whole film. A film without sound, or whose
 * sound is silence, is its pictures.
 */
export function filmLeaves(pictures: LeafPrint, sound: LeafPrint | null): LeafPrint {
  const windows = sound?.leaves.slice(1) ?? [];
  if (sound === null || windows.length === 0) return pictures;
  const firstLeaf = pictures.leaves.length;
  const leaves = windows.map((leaf, i) => soundLeaf(leaf, firstLeaf + i));
  return {
    ...pictures,
    leaves: [...pictures.leaves, ...leaves],
    sound: { modelDigest: sound.modelDigest, firstLeaf },
  };
}

/** The leaves of the pictures alone: what records from before films committed to their sound hold. */
export function pictureLeaves(film: LeafPrint): readonly PrintLeaf[] {
  return film.sound ? film.leaves.slice(0, film.sound.firstLeaf) : film.leaves;
}

function soundLeaf(leaf: PrintLeaf, index: number): PrintLeaf {
  const place = unpackLocator(leaf.locator);
  if (place.kind !== 'span') throw new RangeError(`a window of sound has the locator kind ${place.kind}`);
  const { startMs, endMs } = place;
  return { ...leaf, locator: packLocator({ kind: 'soundSpan', index, startMs, endMs }) };
}
