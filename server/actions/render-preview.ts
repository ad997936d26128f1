import type { Medium } from '../domain/media.ts';
import { NotFoundError } from '../errors.ts';
import type { Deps } from './deps.ts';
import { type FileOwner, storedFile } from './media/stored-file.ts';

/**
 * A picture of a work or check as WebP: of a picture what the model saw, of a video a frame. Throws `not_found` for a
 * medium without a look, `unknown_content`, and what decoding throws.
 */
export async function renderPreview(
  deps: Pick<Deps, 'content' | 'media'>,
  of: FileOwner & { readonly medium: Medium },
): Promise<Uint8Array> {
  const picture = await deps.media.of(of.medium).preview(await storedFile(deps, of));
  if (!picture) throw new NotFoundError('not_found', `there is no picture of a ${of.medium}`);
  return picture;
}
