import { useEffect, useState } from 'react';
import { request } from '../api/client.ts';
import type { Side } from './side.ts';
import { type Frames, useCapturedFrames } from './use-captured-frames.ts';

const HEIGHT = 180;

/** Frames of one side at the moments given, at most 24 of them: from the service, which decodes any format; else from the local file. */
export function useFrames(side: Side, url: string | null, momentsMs: readonly number[]): Frames | null {
  const [state, setState] = useState<{ frames: Frames | null; failed: boolean }>({
    frames: null,
    failed: false,
  });
  const times = momentsMs.map((ms) => Math.max(0, Math.round(ms))).join();
  const path = `${side.kind}/${side.id}/frames?ms=${times}&height=${HEIGHT}`;
  const count = momentsMs.length;
  useEffect(() => {
    if (count === 0) return;
    const stop = new AbortController();
    setState({ frames: null, failed: false });
    request(path, { signal: stop.signal })
      .then((response) => response.blob())
      .then((strip) => cutStrip(strip, count))
      .then(
        (frames) => !stop.signal.aborted && setState({ frames, failed: false }),
        () => !stop.signal.aborted && setState({ frames: null, failed: true }),
      );
    return () => stop.abort();
  }, [path, count]);
  const captured = useCapturedFrames(state.failed ? url : null, momentsMs);
  return state.frames ?? captured;
}

/** The service sends all frames in one picture, side by side. */
async function cutStrip(strip: Blob, count: number): Promise<Frames> {
  const picture = await createImageBitmap(strip);
  const canvas = document.createElement('canvas');
  canvas.width = Math.floor(picture.width / count);
  canvas.height = picture.height;
  const pen = canvas.getContext('2d');
  return Array.from({ length: count }, (_, i) => {
    pen?.drawImage(picture, -i * canvas.width, 0);
    return pen === null ? null : canvas.toDataURL('image/jpeg', 0.85);
  });
}
