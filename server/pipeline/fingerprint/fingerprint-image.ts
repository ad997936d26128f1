import type { Print } from '../../domain/fingerprint.ts';
import type { Box, DecodedImage, Raster } from '../../domain/media.ts';
import { isLowInformation } from '../decode/index.ts';
import type { Embedder, Embedding, Head, RegionPrint } from './embedder.ts';
import { EMBED_SIDE } from './embedder.ts';
import { makeLocalMap } from './local-map.ts';
import { resample } from './resample.ts';
import { makeSketch } from './sketch.ts';
import { projectFeatures } from './vector.ts';
import { PRINT_WINDOWS } from './windows.ts';

/**
 * Second stage: a working raster to its print. Segment 0 is the whole picture, the others are regional windows.
 * A low-information picture gives a print without segments. Throws what `embedder.embed` throws.
 */
export async function fingerprintImage(decoded: DecodedImage, embedder: Embedder): Promise<Print> {
  const { raster } = decoded;
  const { modelDigest } = embedder;
  if (isLowInformation(raster)) {
    return { medium: 'image', modelDigest, lowInformation: true, segments: [], local: null };
  }
  const regions = await fingerprintRegions(raster, PRINT_WINDOWS, embedder);
  const print: Print = {
    medium: 'image',
    modelDigest,
    lowInformation: false,
    segments: regions.map((region) => region.segment),
    local: regions[0]!.local,
    sketch: makeSketch(raster),
  };
  REGIONS.set(print, regions);
  return print;
}

/** A print keeps the local descriptors of the whole only; a check that follows at once wants all of them. */
const REGIONS = new WeakMap<Print, readonly RegionPrint[]>();

/** The regions that this very print object was made from, in order of its segments; undefined for a loaded print. */
export function regionsOf(print: Print): readonly RegionPrint[] | undefined {
  return REGIONS.get(print);
}

/** Windows resampled at a time. */
const CHUNK = 8;

/**
 * Embeds rectangles of a raster, each squashed to the network's square on its own. Results in the order given.
 * Some windows are resampled while the network is at the ones before, and the event loop gets its turn between.
 */
export async function fingerprintRegions(
  raster: Raster,
  boxes: readonly Box[],
  embedder: Embedder,
): Promise<RegionPrint[]> {
  if (embedder.embedRegions) return embedder.embedRegions(raster, boxes);
  const embeddings: Embedding[] = [];
  let running: Promise<Embedding[]> = Promise.resolve([]);
  for (let at = 0; at < boxes.length; at += CHUNK) {
    const pixels = boxes.slice(at, at + CHUNK).map((box) => resample(raster, box, EMBED_SIDE));
    const next = embedder.embed(pixels);
    // Should the one before fail, nobody waits for this one any more; its failure is the same.
    next.catch(() => {});
    embeddings.push(...(await running));
    running = next;
  }
  embeddings.push(...(await running));
  return embeddings.map((embedding, i) => toRegion(embedding, boxes[i]!, embedder.head));
}

/** What the network gave for a part of a picture as its segment and local descriptors. */
export function toRegion(embedding: Embedding, box: Box, head: Head): RegionPrint {
  return {
    segment: { box, ...projectFeatures(embedding.features, head) },
    local: makeLocalMap(embedding.local),
  };
}
