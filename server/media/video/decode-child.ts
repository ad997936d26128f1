/**
 * The process that touches untrusted media: a task, or some for one check, then it is killed by its parent. FFmpeg may
 * crash, hang or eat memory in here; the service outside sees a typed problem.
 */
import { flushCompileCache } from 'node:module';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { EarlyEnd } from '../../domain/media.ts';
import { ColophonError, InputError } from '../../errors.ts';
import type {
  ClipRequest,
  GrayClip,
  SamplingPlan,
  VideoInfo,
  VideoLimits,
} from '../../pipeline/decode/video/video-decoder.ts';
import { findEarlyEnd, type ReadMark } from '../early-end.ts';
import { refuseEncryptedPackets } from '../encryption.ts';
import { type Alive, createHeartbeat } from '../heartbeat.ts';
import { measureDuration } from '../measure-duration.ts';
import { createDeviceChoice } from './choose-device.ts';
import type { DeviceType } from './decoding-device.ts';
import { openTrack, type Track } from './open-track.ts';
import { readClip } from './read-clip.ts';
import { readFrame } from './read-frame.ts';
import type { PartSample, RawSample, SampleTimes, Share } from './sample-track.ts';
import { noTimes, sampleTrack } from './sample-track.ts';
import { testDevice } from './test-device.ts';

/** What the parent asks for. */
export type DecodeTask = { readonly kind: 'device'; readonly device: DeviceType } | FileTask;

/** … of a file. With a `device` one that it can decode is decoded on it; else by software. */
export type FileTask = { readonly path: string; readonly limits: VideoLimits } & (
  | { readonly kind: 'probe' }
  | {
      readonly kind: 'sample';
      readonly plan: SamplingPlan;
      readonly share: Share;
      readonly device: DeviceType | null;
    }
  | { readonly kind: 'end'; readonly mark: ReadMark }
  | {
      readonly kind: 'clips';
      readonly requests: readonly ClipRequest[];
      readonly device: DeviceType | null;
    }
  | { readonly kind: 'frames'; readonly timesMs: readonly number[]; readonly side: number }
);

/** What the child answers. Every `sample` is acknowledged; at most `MAX_UNREAD` are on the way. */
export type DecodeReply =
  | { readonly kind: 'info'; readonly info: VideoInfo }
  | { readonly kind: 'sample'; readonly sample: PartSample }
  | { readonly kind: 'clip'; readonly clip: GrayClip }
  | { readonly kind: 'frame'; readonly sample: RawSample }
  | Alive
  /** `cpuMs`: processor time of this process, with its start. */
  | {
      readonly kind: 'done';
      readonly cpuMs: number;
      readonly times?: SampleTimes;
      readonly earlyEnd?: EarlyEnd | null;
    }
  | {
      readonly kind: 'problem';
      readonly code: string;
      readonly detail: string;
      readonly extra: Readonly<Record<string, unknown>>;
    };

export const MAX_UNREAD = 8;
const PROBE_SIDE = 16;

const chooseDevice = createDeviceChoice();

async function run(task: DecodeTask): Promise<void> {
  if (task.kind === 'device') {
    await testDevice(task.device);
    return reply({ kind: 'done', cpuMs: cpuMs() });
  }
  if (task.kind === 'clips') {
    const device = chooseDevice(task.device, task.path, task.limits);
    for (const request of task.requests) {
      // Opened anew: a stretch behind the last one cannot always be sought.
      const track = openTrack(task.path, task.limits, device);
      reply({ kind: 'clip', clip: readClip(track, request) });
      track.close();
    }
    return reply({ kind: 'done', cpuMs: cpuMs() });
  }
  if (task.kind === 'frames') {
    for (const timeMs of task.timesMs) {
      const track = openTrack(task.path, task.limits);
      reply({ kind: 'frame', sample: { cause: 'clock', ...readFrame(track, timeMs, task.side) } });
      track.close();
    }
    return reply({ kind: 'done', cpuMs: cpuMs() });
  }
  if (task.kind === 'probe') {
    return reply({ kind: 'info', info: probe(task) }, { kind: 'done', cpuMs: cpuMs() });
  }
  if (task.kind === 'end') {
    const earlyEnd = endOf(task.path, openTrack(task.path, task.limits), task.mark);
    return reply({ kind: 'done', cpuMs: cpuMs(), earlyEnd });
  }
  const track = openTrack(task.path, task.limits, chooseDevice(task.device, task.path, task.limits));
  const times = noTimes();
  for (const sample of sampleTrack(track, task.plan, times, task.share, createHeartbeat(reply))) {
    while (unread >= MAX_UNREAD) await new Promise<void>((resolve) => (wake = resolve));
    unread++;
    reply({ kind: 'sample', sample });
  }
  // Where a share ends says nothing of the file.
  const earlyEnd = task.share.of === 1 ? endOf(task.path, track, times) : null;
  reply({ kind: 'done', cpuMs: cpuMs(), times, earlyEnd });
}

function endOf(path: string, { input, stream }: Track, mark: ReadMark): EarlyEnd | null {
  return findEarlyEnd(path, input, stream, mark, null, createHeartbeat(reply));
}

let saidMs = 0;

/** Processor time since it was asked last; the first time since the process started. */
function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  const before = saidMs;
  saidMs = (user + system) / 1000;
  return saidMs - before;
}

function probe({ path, limits }: DecodeTask & { readonly kind: 'probe' }): VideoInfo {
  const first = openTrack(path, limits);
  refuseEncryptedPackets(first, 'video');
  first.close();
  // What the container says is a claim; one frame shows that there is something behind it.
  const shown = openTrack(path, limits);
  readFrame(shown, 0, PROBE_SIDE);
  shown.close();
  if (first.info.durationMs > 0) return first.info;
  // From the beginning again: not every container can be sought.
  const track = openTrack(path, limits);
  const { frameRate } = track.info;
  const durationMs = measureDuration(track, frameRate > 0 ? 1000 / frameRate : 40, createHeartbeat(reply));
  track.close();
  if (durationMs > limits.maxDurationMs)
    throw new InputError('media_too_large', `the video lasts ${Math.round(durationMs / 1000)} s`);
  return { ...track.info, durationMs };
}

let unread = 0;
let wake: () => void = () => {};

function reply(...replies: DecodeReply[]): void {
  for (const message of replies) process.send!(message);
}

// The module is also imported for its types and constants; only as a child it does anything.
if (process.send && process.argv[1]?.endsWith('decode-child.ts')) {
  Log.setLevel(AV_LOG_QUIET);
  // It is killed at its end, when Node would write what it compiled.
  flushCompileCache();
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', (message: DecodeTask | 'read') => {
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
