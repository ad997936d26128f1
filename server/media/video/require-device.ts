import { InternalError } from '../../errors.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../pipeline/decode/video/video-decoder.ts';
import { runIsolated } from '../run-isolated.ts';
import type { DecodeReply, DecodeTask } from './decode-child.ts';
import type { DeviceType } from './decoding-device.ts';
import { FILM_PROGRAM } from './node-av-video-decoder.ts';
import { withDriver } from './or-by-software.ts';

/** Drivers with many devices take seconds. */
const LIMITS = withDriver({ ...DEFAULT_VIDEO_LIMITS, stallMs: 30_000, timeoutMs: 60_000 });

/**
 * Has a device decode a picture, in a process of its own: drivers crash. Throws `InternalError('provider_unavailable')` with
 * the reason when it cannot be opened, does not decode H.264, crashes or hangs.
 */
export async function requireDevice(device: DeviceType, childPath = FILM_PROGRAM): Promise<void> {
  const task: DecodeTask = { kind: 'device', device };
  try {
    for await (const _ of runIsolated<DecodeReply>(childPath, task, LIMITS, 'sample'));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new InternalError('provider_unavailable', `films cannot be decoded on ${device} here: ${why}`, {
      cause,
    });
  }
}
