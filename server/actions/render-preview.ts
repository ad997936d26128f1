import type { ContentId } from '../domain/ids.ts';
import { decodeStored } from './admit-media.ts';
import type { Deps } from './deps.ts';

/** The working raster of a work or check as WebP: what the model saw. Throws what `decodeImage` throws. */
export async function renderPreview(
  deps: Pick<Deps, 'content' | 'decoder' | 'decodeLimits' | 'rasters' | 'encodePreview'>,
  contentId: ContentId,
): Promise<Uint8Array> {
  const { raster } = await decodeStored(deps, contentId);
  return await deps.encodePreview(raster);
}
