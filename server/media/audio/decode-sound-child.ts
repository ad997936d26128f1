/** The process that decodes untrusted sound: one task, then it is killed by its parent (compare `video/decode-child.ts`). */
import { flushCompileCache } from 'node:module';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { EarlyEnd } from '../../domain/media.ts';
import { ColophonError, InputError } from '../../errors.ts';
import { AUDIO_RATE, type AudioInfo, type AudioLimits } from '../../pipeline/decode/audio/audio-decoder.ts';
import { findEarlyEnd, type ReadMark } from '../early-end.ts';
import { refuseEncryptedPackets } from '../encryption.ts';
import { type Alive, createHeartbeat } from '../heartbeat.ts';
import { measureDuration } from '../measure-duration.ts';
import { openSound } from './open-sound.ts';
import { readSound } from './read-sound.ts';
import { createSoundClock } from './sound-clock.ts';
import { statedLengthMs } from './stated-length.ts';

/** What the parent asks for. */
export interface SoundTask {
  readonly kind: 'probe' | 'read';
  readonly path: string;
  readonly limits: AudioLimits;
}

/** What the child answers. Every `samples` is acknowledged; at most `MAX_UNREAD` are on the way. */
export type SoundReply =
  | { readonly kind: 'info'; readonly info: AudioInfo }
  | { readonly kind: 'samples'; readonly samples: Int16Array }
  | Alive
  /** `cpuMs`: processor time that decoding took in this process, without its start. */
  | { readonly kind: 'done'; readonly cpuMs: number; readonly earlyEnd: EarlyEnd | null }
  | {
      readonly kind: 'problem';
      readonly code: string;
      readonly detail: string;
      readonly extra: Readonly<Record<string, unknown>>;
    };

const MAX_UNREAD = 4;
let unread = 0;
let wake: () => void = () => {};

async function run(task: SoundTask): Promise<void> {
  const before = process.cpuUsage();
  let measuredMs = 0;
  if (task.kind === 'probe') {
    const first = openSound(task.path, task.limits);
    refuseEncryptedPackets(first, 'sound');
    if (first.info.durationMs === 0) measuredMs = measure(task);
    first.close();
  }
  const sound = openSound(task.path, task.limits);
  const mark: ReadMark = { reachedMs: 0, longestStepMs: 0 };
  for (const samples of readSound(sound, AUDIO_RATE, mark, createSoundClock(sound))) {
    // What the container says is a claim; the first samples show that there is something behind it.
    if (task.kind === 'probe') {
      reply({ kind: 'info', info: { ...sound.info, durationMs: sound.info.durationMs || measuredMs } });
      break;
    }
    while (unread >= MAX_UNREAD) await new Promise<void>((resolve) => (wake = resolve));
    unread++;
    reply({ kind: 'samples', samples });
  }
  let earlyEnd: EarlyEnd | null = null;
  if (task.kind === 'read') {
    const { input, stream } = sound;
    const stated = statedLengthMs(task.path, input.iformat?.name ?? '');
    earlyEnd = findEarlyEnd(task.path, input, stream, mark, stated, createHeartbeat(reply));
  }
  sound.close();
  const { user, system } = process.cpuUsage(before);
  reply({ kind: 'done', cpuMs: (user + system) / 1000, earlyEnd });
}

function measure({ path, limits }: SoundTask): number {
  // Opened anew: not every container can be sought back to its beginning.
  const sound = openSound(path, limits);
  const durationMs = measureDuration(sound, 0, createHeartbeat(reply));
  sound.close();
  if (durationMs > limits.maxDurationMs)
    throw new InputError('media_too_large', `the sound lasts ${Math.round(durationMs / 1000)} s`);
  return durationMs;
}

function reply(message: SoundReply): void {
  process.send!(message);
}

if (process.send) {
  Log.setLevel(AV_LOG_QUIET);
  // It is killed at its end, when Node would write what it compiled.
  flushCompileCache();
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', (message: SoundTask | 'read') => {
    if (message === 'read') {
      unread--;
      wake();
      return;
    }
    run(message).catch((error) => {
      const code = error instanceof ColophonError ? error.code : 'corrupt_media';
      const extra = error instanceof ColophonError ? error.extra : {};
      reply({ kind: 'problem', code, detail: error instanceof Error ? error.message : String(error), extra });
    });
  });
}
