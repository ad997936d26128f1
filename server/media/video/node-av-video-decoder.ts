import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { InternalError } from '../../errors.ts';
import type {
  GrayClip,
  VideoDecoder,
  VideoInfo,
  VideoLimits,
  VideoSample,
} from '../../pipeline/decode/video/video-decoder.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../pipeline/decode/video/video-decoder.ts';
import { openLane, runIsolated } from '../run-isolated.ts';
import type { StartProcess } from '../start-process.ts';
import type { DecodeReply, FileTask } from './decode-child.ts';
import type { DeviceType } from './decoding-device.ts';
import { orBySoftware } from './or-by-software.ts';
import { type DecodingLane, sampleInShares } from './sample-in-shares.ts';
import type { SampleTimes } from './sample-track.ts';

/** The program that decodes films. */
export const FILM_PROGRAM = fileURLToPath(new URL('./decode-child.ts', import.meta.url));

/** More would wait for the network. */
const MOST_PROCESSES = 2;

/** How the decoding process is started; tests start another one. */
export interface NodeAvOptions {
  /** Decodes what is only compared; null is software. */
  readonly device?: DeviceType | null;
  /** Called when a task failed on the device and was done by software. */
  readonly onDeviceFailure?: (error: unknown) => void;
  readonly childPath?: string;
  /** Where its processes come from. */
  readonly start?: StartProcess;
  /** That sample one film, where its plan has parts; as many as there are cores, two at most, when it is not said. */
  readonly processes?: number;
  /** Called at the end of every sampling, for the bench. */
  readonly onTimes?: (times: SampleTimes) => void;
  /** Called at the end of every task with the processor time of its process, for the bench. */
  readonly onTaskCpuMs?: (cpuMs: number) => void;
}

/** Decodes with FFmpeg, each task in a process of its own under limits of time and memory. */
export function createNodeAvVideoDecoder(options: NodeAvOptions = {}): VideoDecoder {
  const { processes = Math.min(MOST_PROCESSES, availableParallelism()) } = options;
  return {
    async probe(source, limits = DEFAULT_VIDEO_LIMITS) {
      let info: VideoInfo | undefined;
      for await (const reply of runTask({ kind: 'probe', path: source.path, limits }, options)) {
        if (reply.kind === 'info') info = reply.info;
      }
      if (!info) throw new InternalError('internal', 'the decoder said nothing');
      return info;
    },
    async *sample(source, plan, limits = DEFAULT_VIDEO_LIMITS, onEnd) {
      const allowed = plan.onDevice ? (options.device ?? null) : null;
      const run = (device: DeviceType | null, within: VideoLimits) => {
        const task = { kind: 'sample', path: source.path, plan, limits: within, device } as const;
        // A device is shared already.
        const isShared = plan.partMs !== undefined && device === null && processes > 1;
        if (!isShared) return runTask({ ...task, share: { index: 0, of: 1 } }, options);
        return sampleInShares(
          task,
          Array.from({ length: processes }, () => openWatched(options)),
        );
      };
      for await (const reply of orBySoftware(allowed, limits, run, options.onDeviceFailure)) {
        if (reply.kind === 'sample') {
          const { timeMs, cause, width, height, data } = reply.sample;
          yield { timeMs, cause, raster: { width, height, data } };
        } else if (reply.kind === 'done') {
          if (reply.times) options.onTimes?.(reply.times);
          onEnd?.(reply.earlyEnd ?? null);
        }
      }
    },
    async readFrames(source, timesMs, side, limits = DEFAULT_VIDEO_LIMITS) {
      const frames: VideoSample[] = [];
      if (timesMs.length === 0) return frames;
      for await (const reply of runTask(
        { kind: 'frames', path: source.path, timesMs, side, limits },
        options,
      )) {
        if (reply.kind !== 'frame') continue;
        const { timeMs, cause, width, height, data } = reply.sample;
        frames.push({ timeMs, cause, raster: { width, height, data } });
      }
      return frames;
    },
    openClips() {
      const lane = openLane<DecodeReply>(options.childPath ?? FILM_PROGRAM, 'sample', options.start);
      let last: Promise<unknown> = Promise.resolve();
      let isClosed = false;
      // One that failed once is left alone for the rest of a check: every crash costs a new process.
      let device = options.device ?? null;
      const onFailure = (error: unknown) => {
        device = null;
        options.onDeviceFailure?.(error);
      };
      return {
        readClips(source, requests, limits = DEFAULT_VIDEO_LIMITS) {
          const read = async () => {
            const clips: GrayClip[] = [];
            if (requests.length === 0) return clips;
            if (isClosed) throw new InternalError('internal', 'the reader of clips is closed');
            const run = (on: DeviceType | null, within: VideoLimits) => {
              const task = {
                kind: 'clips',
                path: source.path,
                requests,
                limits: within,
                device: on,
              } as const;
              return watch(lane.run(task, within), options);
            };
            for await (const reply of orBySoftware(device, limits, run, onFailure)) {
              if (reply.kind === 'clip') clips.push(reply.clip);
            }
            return clips;
          };
          const clips = last.then(read, read);
          last = clips.catch(() => {});
          return clips;
        },
        close() {
          isClosed = true;
          lane.close();
        },
      };
    },
  };
}

/** A process for tasks of one sampling; the processor time of each is told. */
function openWatched({ childPath = FILM_PROGRAM, ...options }: NodeAvOptions): DecodingLane {
  const lane = openLane<DecodeReply>(childPath, 'sample', options.start);
  return {
    run: (task) => watch(lane.run(task, task.limits), options),
    close: lane.close,
  };
}

function runTask(task: FileTask, options: NodeAvOptions) {
  const { childPath = FILM_PROGRAM, start } = options;
  return watch(runIsolated<DecodeReply>(childPath, task, task.limits, 'sample', start), options);
}

async function* watch(replies: ReturnType<typeof runIsolated<DecodeReply>>, options: NodeAvOptions) {
  for await (const reply of replies) {
    if (reply.kind === 'done') options.onTaskCpuMs?.(reply.cpuMs);
    yield reply;
  }
}
