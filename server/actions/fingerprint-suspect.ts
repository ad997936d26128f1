import type { Check } from '../domain/check.ts';
import type { Match } from '../domain/match.ts';
import type { Raster } from '../domain/media.ts';
import { isLowInformation } from '../pipeline/decode/index.ts';
import { fingerprintRegions } from '../pipeline/fingerprint/index.ts';
import type { SuspectSegment } from '../pipeline/record/index.ts';
import { decodeStored } from './admit-media.ts';
import type { Deps } from './deps.ts';

/**
 * The part of the checked picture that the match is about, fingerprinted again from its bytes: the claim names this
 * code, and anyone with the file can make it again. Null for a picture without a look.
 */
export async function fingerprintSuspect(
  deps: Pick<Deps, 'content' | 'decoder' | 'decodeLimits' | 'rasters' | 'embedder'>,
  check: Check,
  match: Match,
): Promise<SuspectSegment | null> {
  const { raster } = await decodeStored(deps, check.contentId);
  if (isLowInformation(raster)) return null;
  const seen = match.mirrored ? mirror(raster) : raster;
  const { x, y, width, height } = match.queryBox;
  const box = match.mirrored ? { x: 1 - x - width, y, width, height } : match.queryBox;
  const [region] = await fingerprintRegions(seen, [box], deps.embedder);
  if (!region) return null;
  const { code, vector } = region.segment;
  return { box, mirrored: match.mirrored, code, vector };
}

function mirror(raster: Raster): Raster {
  const { width, height, data } = raster;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const from = (y * width + x) * 3;
      out.set(data.subarray(from, from + 3), (y * width + (width - 1 - x)) * 3);
    }
  }
  return { width, height, data: out };
}
