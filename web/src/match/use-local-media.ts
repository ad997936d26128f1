import { useCallback, useEffect, useState } from 'react';
import { hashFile, keepLocalFile, localFiles } from '../api/local-files.ts';
import { Problem } from '../api/problem.ts';
import { useStore } from '../store.ts';
import type { Side } from './side.ts';

/** The user's own copy of one side's file, if this visit has seen it, and the way to hand it over. */
export interface LocalMedia {
  readonly file: File | null;
  /** Object address of the file, for players. */
  readonly url: string | null;
  /** Takes a file after comparing its SHA-256; throws a `Problem` when it is another file. */
  offer(file: File): Promise<void>;
}

/** Finds a side's file among those of this visit. */
export function useLocalMedia({ contentHash }: Side): LocalMedia {
  const files = useStore(localFiles);
  const file = (contentHash !== null && files.get(contentHash)) || null;
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (file === null) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [file]);
  const offer = useCallback(
    async (offered: File) => {
      const hash = await hashFile(offered);
      if (hash !== contentHash) {
        const detail = `${offered.name} has another SHA-256: its bytes are not those that were compared.`;
        throw new Problem({ code: 'other_file', title: 'This is not that file', detail });
      }
      keepLocalFile(hash, offered);
    },
    [contentHash],
  );
  return { file, url, offer };
}
