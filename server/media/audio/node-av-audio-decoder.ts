import { fileURLToPath } from 'node:url';
import { InputError } from '../../errors.ts';
import type { AudioDecoder, AudioInfo, AudioLimits } from '../../pipeline/decode/audio/audio-decoder.ts';
import { DEFAULT_AUDIO_LIMITS } from '../../pipeline/decode/audio/audio-decoder.ts';
import { runIsolated } from '../run-isolated.ts';
import type { StartProcess } from '../start-process.ts';
import type { SoundReply, SoundTask } from './decode-sound-child.ts';

/** The program that decodes sound. */
export const SOUND_PROGRAM = fileURLToPath(new URL('./decode-sound-child.ts', import.meta.url));

/** How the decoding process is started; tests start another one. */
export interface NodeAvAudioOptions {
  readonly childPath?: string;
  /** Where its processes come from. */
  readonly start?: StartProcess;
  /** Called at the end of every reading with the processor time that decoding took, for the bench. */
  readonly onCpuMs?: (cpuMs: number) => void;
}

/** Decodes sound with FFmpeg, each task in a process of its own under limits of time and memory. */
export function createNodeAvAudioDecoder(options: NodeAvAudioOptions = {}): AudioDecoder {
  const run = (kind: SoundTask['kind'], path: string, limits: AudioLimits) => {
    const task: SoundTask = { kind, path, limits };
    return runIsolated<SoundReply>(
      options.childPath ?? SOUND_PROGRAM,
      task,
      limits,
      'samples',
      options.start,
    );
  };
  return {
    async probe(source, limits = DEFAULT_AUDIO_LIMITS) {
      let info: AudioInfo | undefined;
      for await (const reply of run('probe', source.path, limits)) {
        if (reply.kind === 'info') info = reply.info;
      }
      if (!info) throw new InputError('corrupt_media', 'the sound track has no samples');
      return info;
    },
    async *read(source, limits = DEFAULT_AUDIO_LIMITS, onEnd) {
      for await (const reply of run('read', source.path, limits)) {
        if (reply.kind === 'samples') yield reply.samples;
        else if (reply.kind === 'done') {
          options.onCpuMs?.(reply.cpuMs);
          onEnd?.(reply.earlyEnd);
        }
      }
    },
  };
}
