import { useCallback, useEffect, useState } from 'react';
import { request } from '../api/client.ts';
import { hashFile, keepLocalFile, localFiles } from '../api/local-files.ts';
import { Problem } from '../api/problem.ts';
import { useStore } from '../store.ts';
import type { Side } from './side.ts';

/** One side's file in this browser, and the ways to get it there. */
export interface LocalMedia {
  readonly file: File | null;
  /** Object address of the file, for players. */
  readonly url: string | null;
  /** `refused`: the service gives the bytes to the key that sent them only. */
  readonly fetching: 'idle' | 'running' | 'refused';
  /** Fetches the file from the service. */
  fetchFile(): void;
  /** Takes the user's own copy after comparing its SHA-256; throws a `Problem` when it is another file. */
  offer(file: File): Promise<void>;
}

// Up to here a file is fetched unasked; a longer one waits for a word.
const UNASKED_BYTES = 24e6;

/** Finds a side's file among those of this visit, else fetches it when it is small or when asked to. */
export function useLocalMedia({ kind, id, contentHash, sizeBytes, name }: Side): LocalMedia {
  const files = useStore(localFiles);
  const file = (contentHash !== null && files.get(contentHash)) || null;
  const [url, setUrl] = useState<string | null>(null);
  const [fetching, setFetching] = useState<LocalMedia['fetching']>('idle');
  useEffect(() => {
    if (file === null) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => {
      setUrl(null);
      URL.revokeObjectURL(made);
    };
  }, [file]);
  const isHere = file !== null;
  const fetchFile = useCallback(() => {
    if (contentHash === null || isHere) return;
    setFetching('running');
    request(`${kind}/${id}/media`)
      .then((response) => response.blob())
      .then(
        (blob) => {
          setFetching('idle');
          keepLocalFile(contentHash, new File([blob], name, { type: blob.type }));
        },
        () => setFetching('refused'),
      );
  }, [kind, id, contentHash, name, isHere]);
  useEffect(() => {
    if (sizeBytes !== null && sizeBytes <= UNASKED_BYTES) fetchFile();
  }, [sizeBytes, fetchFile]);
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
  return { file, url, fetching, fetchFile, offer };
}
