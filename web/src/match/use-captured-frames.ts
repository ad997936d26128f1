import { useEffect, useState } from 'react';

/** Frames of one file at some moments, as pictures; null where one could not be taken. */
export type Frames = readonly (string | null)[];

const WIDTH = 240;

/** Takes frames of a local video at the moments given, one after another, out of sight. */
export function useCapturedFrames(url: string | null, momentsMs: readonly number[]): Frames | null {
  const [frames, setFrames] = useState<Frames | null>(null);
  const key = momentsMs.join();
  // biome-ignore lint/correctness/useExhaustiveDependencies: `key` is the moments' value.
  useEffect(() => {
    setFrames(null);
    if (url === null) return;
    const stop = new AbortController();
    captureFrames(url, momentsMs, stop.signal).then(
      (taken) => !stop.signal.aborted && setFrames(taken),
      // A format this browser does not play: there are no frames to show.
      () => undefined,
    );
    return () => stop.abort();
  }, [url, key]);
  return frames;
}

async function captureFrames(
  url: string,
  momentsMs: readonly number[],
  signal: AbortSignal,
): Promise<Frames> {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  return captureEach(url, momentsMs, signal, (video) => {
    canvas.width = WIDTH;
    canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
    return pen === null ? null : canvas.toDataURL('image/jpeg', 0.8);
  });
}

/** Goes to moments of a video one after another, out of sight, and takes something from each. Throws when it cannot play. */
export async function captureEach<T>(
  url: string,
  momentsMs: readonly number[],
  signal: AbortSignal,
  take: (video: HTMLVideoElement) => T,
): Promise<T[]> {
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  try {
    await once(video, 'loadeddata', signal);
    const taken: T[] = [];
    for (const ms of momentsMs) {
      video.currentTime = ms / 1000;
      await once(video, 'seeked', signal);
      taken.push(take(video));
    }
    return taken;
  } finally {
    // Lets go of the decoder at once, also when nobody waits any more.
    video.removeAttribute('src');
    video.load();
  }
}

function once(video: HTMLVideoElement, event: string, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const give = (settle: () => void) => () => {
      video.removeEventListener(event, done);
      video.removeEventListener('error', failed);
      settle();
    };
    const done = give(resolve);
    const failed = give(() => reject(new Error('The video cannot be played.')));
    video.addEventListener(event, done);
    video.addEventListener('error', failed);
    signal.addEventListener(
      'abort',
      give(() => reject(signal.reason)),
      { once: true },
    );
  });
}
