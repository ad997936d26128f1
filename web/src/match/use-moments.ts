import { useEffect, useMemo, useState } from 'react';
import { momentsOfWhole } from './similarity.ts';
import { spectrogramOf } from './spectrogram.ts';
import { captureEach } from './use-captured-frames.ts';
import { SAMPLE_RATE } from './use-samples.ts';

/** Moments of each file that are compared; as many pictures have to be decoded. */
const MOMENTS = 56;
// A moment of sound is described by the bands of this many instants within it.
const INSTANTS = 4;
const BANDS = 40;
// A moment of film, by its picture in this size.
const WIDTH = 16;
const HEIGHT = 9;

/** Describes moments of a local film by their tiny pictures; null while there are none. */
export function usePictureMoments(url: string | null, lengthMs: number): Float32Array[] | null {
  const [moments, setMoments] = useState<Float32Array[] | null>(null);
  useEffect(() => {
    setMoments(null);
    if (url === null) return;
    const stop = new AbortController();
    const canvas = document.createElement('canvas');
    canvas.width = WIDTH;
    canvas.height = HEIGHT;
    const pen = canvas.getContext('2d', { willReadFrequently: true });
    if (pen === null) return;
    captureEach(url, momentsOfWhole(lengthMs, MOMENTS), stop.signal, (video) => {
      pen.drawImage(video, 0, 0, WIDTH, HEIGHT);
      const { data } = pen.getImageData(0, 0, WIDTH, HEIGHT);
      return Float32Array.from(
        { length: WIDTH * HEIGHT * 3 },
        (_, i) => data[Math.floor(i / 3) * 4 + (i % 3)]!,
      );
    }).then(
      (taken) => !stop.signal.aborted && setMoments(taken),
      // A format this browser does not play: there is nothing to compare.
      () => undefined,
    );
    return () => stop.abort();
  }, [url, lengthMs]);
  return moments;
}

/** Describes moments of decoded sound by their spectra; null while there is none. */
export function useSoundMoments(samples: Float32Array | null): Float32Array[] | null {
  return useMemo(() => {
    if (samples === null) return null;
    const columns = MOMENTS * INSTANTS;
    const endMs = (samples.length / SAMPLE_RATE) * 1000;
    const { values } = spectrogramOf(samples, SAMPLE_RATE, { startMs: 0, endMs, columns, bands: BANDS });
    return Array.from({ length: MOMENTS }, (_, moment) =>
      Float32Array.from({ length: BANDS * INSTANTS }, (_, i) => {
        const [band, instant] = [Math.floor(i / INSTANTS), i % INSTANTS];
        return values[band * columns + moment * INSTANTS + instant]!;
      }),
    );
  }, [samples]);
}
