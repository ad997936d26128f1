import { useEffect, useState } from 'react';
import { request } from '../api/client.ts';
import type { Similarity } from './similarity.ts';

/** The service's own matrix of a match, the one that the verdict rests on; `failed` where there is none. */
export function useMatrix(path: string | null): {
  readonly matrix: Similarity | null;
  readonly failed: boolean;
} {
  const [state, setState] = useState<{ matrix: Similarity | null; failed: boolean }>({
    matrix: null,
    failed: false,
  });
  useEffect(() => {
    setState({ matrix: null, failed: path === null });
    if (path === null) return;
    const stop = new AbortController();
    request(`${path}/matrix`, { signal: stop.signal })
      .then((response) => response.blob())
      .then(readMatrix)
      .then(
        (matrix) => !stop.signal.aborted && setState({ matrix, failed: false }),
        () => !stop.signal.aborted && setState({ matrix: null, failed: true }),
      );
    return () => stop.abort();
  }, [path]);
  return state;
}

/** Reads the grey picture: downwards the checked file, to the right the work, the brighter the more alike. */
async function readMatrix(picture: Blob): Promise<Similarity> {
  const { width, height, data } = await pixelsOf(picture);
  return {
    rows: height,
    columns: width,
    values: Uint8Array.from({ length: width * height }, (_, i) => data[4 * i]!),
  };
}

async function pixelsOf(picture: Blob): Promise<ImageData> {
  const bitmap = await createImageBitmap(picture);
  const canvas = document.createElement('canvas');
  canvas.width = bitmap.width;
  canvas.height = bitmap.height;
  const pen = canvas.getContext('2d');
  if (pen === null) throw new Error('This browser draws no pictures.');
  pen.drawImage(bitmap, 0, 0);
  return pen.getImageData(0, 0, bitmap.width, bitmap.height);
}
