import type { Digest } from '../../domain/digest.ts';
import type { ContentId } from '../../domain/ids.ts';
import { NotFoundError } from '../../errors.ts';
import type { Deps } from '../deps.ts';
import type { MediaFile } from './medium-path.ts';

/** A work, a check or an upload: whatever has a file. */
export interface FileOwner {
  readonly contentId: ContentId;
  readonly contentHash: Digest;
  readonly fileName: string;
  readonly mediaType: string;
}

/** The file of a work or a check. Throws `unknown_content` when it is gone. */
export async function storedFile(deps: Pick<Deps, 'content'>, of: FileOwner): Promise<MediaFile> {
  const upload = await deps.content.upload(of.contentId);
  if (!upload) throw new NotFoundError('unknown_content', `the file of ${of.contentId} is gone`);
  const { contentHash, fileName, mediaType } = of;
  return { contentHash, path: upload.path, sizeBytes: upload.sizeBytes, fileName, mediaType };
}
