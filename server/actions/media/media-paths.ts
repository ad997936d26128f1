import type { Medium } from '../../domain/media.ts';
import { InputError } from '../../errors.ts';
import type { MediaFacts, MediaFile, MediumPath } from './medium-path.ts';

/** The media that this service takes. */
export interface MediaPaths {
  readonly all: readonly MediumPath[];
  /** Throws `unsupported_media` for a medium that is not taken here. */
  of(medium: Medium): MediumPath;
  /**
   * Finds out which medium a file is of. Throws `empty_file`, `unsupported_media` when it is of none, and what the
   * path that knows it throws.
   */
  admit(file: MediaFile): Promise<{ readonly path: MediumPath; readonly facts: MediaFacts }>;
}

/** Media in the order in which they are asked: those that are sure by the first bytes come first, texts last. */
export function createMediaPaths(paths: readonly MediumPath[]): MediaPaths {
  return {
    all: paths,
    of(medium) {
      const path = paths.find((one) => one.medium === medium);
      if (!path) throw new InputError('unsupported_media', `${medium} is not taken here`);
      return path;
    },
    async admit(file) {
      if (file.sizeBytes === 0) throw new InputError('empty_file', 'the file has no bytes');
      for (const path of paths) {
        const facts = await path.admit(file);
        if (facts) return { path, facts };
      }
      const media = paths.map(({ medium }) => medium).join(', ');
      throw new InputError('unsupported_media', `the file is of no type that we read (${media})`);
    },
  };
}
