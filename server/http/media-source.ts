import type { MediaSource } from '../actions/admit-media.ts';
import type { ContentId } from '../domain/ids.ts';
import { InputError } from '../errors.ts';
import type { ReceivedFile } from './route.ts';

/** The media of a multipart request: the file in it, or the content it names. Throws `invalid_request`. */
export function mediaSource(file: ReceivedFile | null, contentId: ContentId | undefined): MediaSource {
  if (file && contentId) throw new InputError('invalid_request', 'send a file or a contentId, not both');
  if (file) return { kind: 'file', file: file.upload, fileName: file.fileName };
  if (contentId) return { kind: 'content', contentId };
  throw new InputError('invalid_request', 'send a part named "file", or a contentId');
}
