import type { StoredUpload } from '../content/content-store.ts';
import type { ContentId, KeyId } from '../domain/ids.ts';
import type { DecodedImage } from '../domain/media.ts';
import { InputError, NotFoundError } from '../errors.ts';
import { decodeImage } from '../pipeline/decode/index.ts';
import type { Upload } from '../store/upload-store.ts';
import type { Deps } from './deps.ts';

/** Media of a request: a file that just arrived, or content that this key uploaded before. */
export type MediaSource =
  | { readonly kind: 'file'; readonly file: StoredUpload; readonly fileName: string }
  | { readonly kind: 'content'; readonly contentId: ContentId };

/** Media that was looked at: it exists, it is a picture, it can be decoded. */
export interface AdmittedMedia extends Upload {
  readonly fileName: string;
  readonly decoded: DecodedImage;
}

type Needs = Pick<Deps, 'uploads' | 'content' | 'decoder' | 'decodeLimits' | 'rasters'>;

/**
 * Looks at the media of a request before anything is written, so that a bad file leaves nothing behind. The raster is
 * kept for the job, which comes a moment later.
 *
 * Throws what `decodeImage` throws, and `unknown_content` for content that this key has not shown to hold.
 */
export async function admitMedia(deps: Needs, source: MediaSource, keyId: KeyId): Promise<AdmittedMedia> {
  if (source.kind === 'content') {
    const held = await deps.uploads.findUpload(source.contentId, keyId);
    if (!held)
      throw new NotFoundError('unknown_content', `${source.contentId} was not uploaded with this key`);
    const decoded = await decodeStored(deps, held.contentId);
    return { ...held, decoded };
  }
  const { file, fileName } = source;
  const decoded = await decodeImage({ path: file.path }, deps.decoder, deps.decodeLimits);
  deps.rasters.put(file.sha256, decoded);
  const { contentId, sha256, sizeBytes } = file;
  return { contentId, contentHash: sha256, sizeBytes, mediaType: decoded.mediaType, fileName, decoded };
}

/** The working raster of stored content, from memory when it was decoded a moment ago. Throws as `decodeImage`. */
export async function decodeStored(
  deps: Pick<Deps, 'content' | 'decoder' | 'decodeLimits' | 'rasters'>,
  contentId: ContentId,
): Promise<DecodedImage> {
  const contentHash = `0x${contentId.slice('content_'.length)}` as const;
  const held = deps.rasters.get(contentHash);
  if (held) return held;
  const upload = await deps.content.upload(contentId);
  if (!upload) throw new NotFoundError('unknown_content', `the file of ${contentId} is gone`);
  const decoded = await decodeImage({ path: upload.path }, deps.decoder, deps.decodeLimits);
  deps.rasters.put(contentHash, decoded);
  return decoded;
}

/** Throws `unsafe_name` for a file name that is a path, hides, or cannot be shown. */
export function requireSafeName(name: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
  const bad = /[/\\\u0000-\u001f\u007f]/.test(name) || /^\.\.?$/.test(name) || name.trim() === '';
  if (bad || Buffer.byteLength(name) > 255) {
    throw new InputError(
      'unsafe_name',
      'a file name may not be empty, a path, longer than 255 bytes or hold control characters',
    );
  }
  return name;
}
