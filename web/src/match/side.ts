import type { Check, Work } from '../api/types.ts';

/** One side of a comparison: a check's file or a work, as far as the views need it. */
export interface Side {
  readonly kind: 'checks' | 'works';
  readonly id: string;
  readonly name: string;
  /** SHA-256 of the bytes, to recognise the user's own copy of the file; null until it is loaded. */
  readonly contentHash: string | null;
  /** Size of the file, null until it is loaded: a long film is not fetched unasked. */
  readonly sizeBytes: number | null;
  /** Length in time; null where the medium has none or it is not known. */
  readonly durationMs: number | null;
}

/** The checked file as a side. */
export function sideOfCheck(id: string, check: Check | null): Side {
  return {
    kind: 'checks',
    id,
    name: check?.fileName ?? 'the checked file',
    contentHash: check?.contentHash ?? null,
    sizeBytes: check?.sizeBytes ?? null,
    durationMs: check?.durationMs ?? null,
  };
}

/** A work as a side, named by its title. */
export function sideOfWork(id: string, work: Work | null): Side {
  return {
    kind: 'works',
    id,
    name: work?.title || work?.fileName || id,
    contentHash: work?.contentHash ?? null,
    sizeBytes: work?.sizeBytes ?? null,
    durationMs: work?.durationMs ?? null,
  };
}

/** Where the API tells more of a match of a check; null without the check, or without that match in it. */
export function matchPath(check: Check | null, workId: string): string | null {
  const index = check?.verdict?.matches.findIndex((match) => match.workId === workId) ?? -1;
  return check === null || index < 0 ? null : `checks/${check.id}/matches/${index}`;
}
