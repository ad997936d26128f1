import { useEffect, useState } from 'react';
import { request } from '../api/client.ts';

/** Loads a picture that needs the API key, which an <img> cannot send, and gives an object URL. */
export function useApiImage(path: string): { url: string | null; failed: boolean } {
  const [state, setState] = useState<{ url: string | null; failed: boolean }>({ url: null, failed: false });
  useEffect(() => {
    const stop = new AbortController();
    let made: string | null = null;
    setState({ url: null, failed: false });
    request(path, { signal: stop.signal })
      .then((response) => response.blob())
      .then((blob) => {
        if (stop.signal.aborted) return;
        made = URL.createObjectURL(blob);
        setState({ url: made, failed: false });
      })
      .catch(() => {
        if (!stop.signal.aborted) setState({ url: null, failed: true });
      });
    return () => {
      stop.abort();
      if (made !== null) URL.revokeObjectURL(made);
    };
  }, [path]);
  return state;
}
