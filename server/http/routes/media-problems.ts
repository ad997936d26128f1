import type { ProblemCode } from '../../errors.ts';

/** What can be wrong with media that is sent. */
export const MEDIA_PROBLEMS: readonly ProblemCode[] = [
  'invalid_request',
  'body_too_large',
  'upload_incomplete',
  'empty_file',
  'unsupported_media',
  'corrupt_media',
  'media_too_large',
  'unsafe_name',
  'unknown_content',
  'disk_full',
];
