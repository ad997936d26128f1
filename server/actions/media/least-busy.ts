import type { ClipReader } from '../../pipeline/decode/video/index.ts';

/** One reader of several, each with a process of its own: what is asked goes to the one that has least to do. */
export function leastBusy(readers: readonly ClipReader[]): ClipReader {
  const waiting = readers.map(() => 0);
  return {
    async readClips(...asked) {
      const at = waiting.indexOf(Math.min(...waiting));
      waiting[at]!++;
      try {
        return await readers[at]!.readClips(...asked);
      } finally {
        waiting[at]!--;
      }
    },
    close() {
      for (const reader of readers) reader.close();
    },
  };
}
