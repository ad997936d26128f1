import type { StoredUpload } from '../content/content-store.ts';
import type { ContentId, KeyId } from '../domain/ids.ts';
import type { Medium } from '../domain/media.ts';
import { InputError, NotFoundError } from '../errors.ts';
import type { Upload } from '../store/upload-store.ts';
import type { Deps } from './deps.ts';
import type { MediaFacts } from './media/medium-path.ts';
import { storedFile } from './media/stored-file.ts';

/** Media of a request: a file that just arrived, or content that this key uploaded before. */
export type MediaSource =
  | { readonly kind: 'file'; readonly file: StoredUpload; readonly fileName: string }
  | { readonly kind: 'content'; readonly contentId: ContentId };

/** Media that was looked at: it exists, its medium is known, it can be decoded. */
export interface AdmittedMedia extends Upload, MediaFacts {
  readonly medium: Medium;
  readonly fileName: string;
}

type Needs = Pick<Deps, 'uploads' | 'content' | 'media'>;

/**
 * Looks at the media of a request before anything is written, so that a bad file leaves nothing behind.
 *
 * Throws what the paths of the media throw, and `unknown_content` for content that this key has not shown to hold.
 */
export async function admitMedia(deps: Needs, source: MediaSource, keyId: KeyId): Promise<AdmittedMedia> {
  if (source.kind === 'content') {
    const held = await deps.uploads.findUpload(source.contentId, keyId);
    if (!held)
      throw new NotFoundError('unknown_content', `${source.contentId} was not uploaded with this key`);
    const { path, facts } = await deps.media.admit(await storedFile(deps, held));
    return { ...held, ...facts, medium: path.medium };
  }
  const { file, fileName } = source;
  const { contentId, sha256: contentHash, sizeBytes } = file;
  const looked = { contentHash, path: file.path, sizeBytes, fileName, mediaType: null };
  const { path, facts } = await deps.media.admit(looked);
  return { contentId, contentHash, sizeBytes, fileName, ...facts, medium: path.medium };
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
