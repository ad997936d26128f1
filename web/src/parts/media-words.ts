/** Words for the media: what may be dropped, what a fingerprint is of. */

import { formatClock } from '../../../server/domain/describe-segment.ts';
import { Problem } from '../api/problem.ts';
import type { Medium, Registry } from '../api/types.ts';
import { formatBytes } from './format.ts';

const NAMES: Readonly<Record<Medium, string>> = {
  image: 'pictures',
  video: 'video',
  audio: 'sound',
  text: 'text',
};

const FORMATS: Readonly<Record<Medium, string>> = {
  image: 'JPEG, PNG, WebP, AVIF, GIF, TIFF',
  video: 'MP4, MOV, WebM, MKV',
  audio: 'MP3, WAV, FLAC, Opus, AAC',
  text: 'plain text, Markdown, HTML, PDF, EPUB',
};

/** What one perceives of a work of each medium. */
export const SENSES: Readonly<Record<Medium, string>> = {
  image: 'look',
  video: 'look',
  audio: 'sound',
  text: 'wording',
};

const mediaOf = (facts: Registry | null): readonly Medium[] => facts?.uploads.media ?? ['image'];

/** `Pictures, video and text, films up to 4 GB`, for a drop zone: the limit of a file is that of films, where they are taken. */
export function describeUploads(facts: Registry | null): string {
  const names = mediaOf(facts).map((medium) => NAMES[medium]);
  const list = new Intl.ListFormat('en-GB').format(names);
  const size = facts && formatBytes(facts.uploads.maxFileBytes);
  const limit =
    size === null ? '' : mediaOf(facts).includes('video') ? `, films up to ${size}` : `, up to ${size} each`;
  return `${list.charAt(0).toUpperCase()}${list.slice(1)}${limit}`;
}

const ONE: Readonly<Record<Medium, string>> = {
  image: 'Picture',
  video: 'Video',
  audio: 'Sound',
  text: 'Text',
};

/** `Video, 2:31.0`: what a file is, for a line in a list. */
export function describeMedium(of: { readonly medium: Medium; readonly durationMs: number | null }): string {
  return of.durationMs === null ? ONE[of.medium] : `${ONE[of.medium]}, ${formatClock(of.durationMs)}`;
}

/** The formats of each medium that is taken, one line each. */
export function describeFormats(
  facts: Registry | null,
): { readonly medium: string; readonly formats: string }[] {
  return mediaOf(facts).map((medium) => ({ medium: NAMES[medium], formats: FORMATS[medium] }));
}

/** The problem of a file that the service would refuse for its size, known before a byte is sent; null if it is none. */
export function sizeProblem(file: File, facts: Registry | null): Problem | null {
  const most = facts?.uploads.maxFileBytes;
  if (most === undefined || file.size <= most) return null;
  return new Problem({
    code: 'media_too_large',
    title: 'The file is too large for this registry',
    detail: `${file.name} has ${formatBytes(file.size)}; at most ${formatBytes(most)} are taken.`,
  });
}
