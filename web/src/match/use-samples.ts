import { useEffect, useState } from 'react';

/** Samples a second after decoding; speech and music are told apart by eye well below half of it. */
export const SAMPLE_RATE = 16_000;
// Decoded sound takes the memory of its length, whatever the file's size; files beyond this are left alone.
const MAX_BYTES = 400e6;

/** Decoded sound, mono. `failed` says in words why there is none. */
export interface Samples {
  readonly samples: Float32Array | null;
  readonly failed: string | null;
}

/** Decodes the sound of a local file in this browser. */
export function useSamples(file: Blob | null): Samples {
  const [state, setState] = useState<Samples>({ samples: null, failed: null });
  useEffect(() => {
    setState({ samples: null, failed: null });
    if (file === null) return;
    let gone = false;
    decode(file).then(
      (samples) => !gone && setState({ samples, failed: null }),
      (error: unknown) => {
        const failed = error instanceof RangeError ? error.message : 'This browser cannot decode its sound.';
        if (!gone) setState({ samples: null, failed });
      },
    );
    return () => {
      gone = true;
    };
  }, [file]);
  return state;
}

async function decode(file: Blob): Promise<Float32Array> {
  if (file.size > MAX_BYTES) throw new RangeError('The file is too long to be drawn in this browser.');
  // An offline context resamples while it decodes; its own length does not matter.
  const context = new OfflineAudioContext(1, 1, SAMPLE_RATE);
  const sound = await context.decodeAudioData(await file.arrayBuffer());
  const mono = new Float32Array(sound.length);
  for (let channel = 0; channel < sound.numberOfChannels; channel++) {
    const data = sound.getChannelData(channel);
    for (let i = 0; i < mono.length; i++) mono[i]! += data[i]! / sound.numberOfChannels;
  }
  return mono;
}
