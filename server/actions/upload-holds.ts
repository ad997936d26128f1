import type { ContentId } from '../domain/ids.ts';

/**
 * Counts the requests that are about to refer to a content, so that of two uploads of the same bytes the one that
 * fails does not take the file away from the other.
 */
export interface UploadHolds {
  take(contentId: ContentId): void;
  /** Whether nobody holds it any more. */
  drop(contentId: ContentId): boolean;
}

/** Holds of this process. */
export function createUploadHolds(): UploadHolds {
  const counts = new Map<ContentId, number>();
  return {
    take(contentId) {
      counts.set(contentId, (counts.get(contentId) ?? 0) + 1);
    },
    drop(contentId) {
      const left = (counts.get(contentId) ?? 1) - 1;
      if (left > 0) counts.set(contentId, left);
      else counts.delete(contentId);
      return left <= 0;
    },
  };
}
