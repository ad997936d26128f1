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
  const video = document.createElement('video');
  video.muted = true;
  video.preload = 'auto';
  video.src = url;
  await once(video, 'loadeddata', signal);
  const canvas = document.createElement('canvas');
  canvas.width = WIDTH;
  canvas.height = Math.round((WIDTH * video.videoHeight) / video.videoWidth);
  const pen = canvas.getContext('2d');
  const frames: (string | null)[] = [];
  for (const ms of momentsMs) {
    video.currentTime = ms / 1000;
    await once(video, 'seeked', signal);
    pen?.drawImage(video, 0, 0, canvas.width, canvas.height);
    frames.push(pen === null ? null : canvas.toDataURL('image/jpeg', 0.8));
  }
  video.removeAttribute('src');
  return frames;
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
