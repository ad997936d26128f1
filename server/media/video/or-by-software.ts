import type { ProcessLimits } from '../run-isolated.ts';
import type { DecodeReply } from './decode-child.ts';
import type { DeviceType } from './decoding-device.ts';

/** What a driver and its buffers may add to the resident memory of the process that decodes. */
const DRIVER_BYTES = 512 * 1024 ** 2;

/** Limits of a process that opens a device. */
export function withDriver<L extends ProcessLimits>(limits: L): L {
  return { ...limits, maxMemoryBytes: limits.maxMemoryBytes + DRIVER_BYTES };
}

type Reply = Exclude<DecodeReply, { kind: 'problem' }>;

/**
 * Runs a task on a device; when that fails, crashes or hangs, once more by software, within the same time. Replies that were
 * given already are not given again: samples by their time, clips by their number. `onFailure` is told when software could do
 * what the device could not. Throws what the task throws by software.
 */
export async function* orBySoftware<L extends ProcessLimits>(
  device: DeviceType | null,
  limits: L,
  run: (device: DeviceType | null, limits: L) => AsyncGenerator<Reply>,
  onFailure: (error: unknown) => void = () => {},
): AsyncGenerator<Reply> {
  if (device === null) return yield* run(null, limits);
  const startedAt = performance.now();
  let toMs = Number.NEGATIVE_INFINITY;
  let clips = 0;
  let failure: unknown;
  try {
    for await (const reply of run(device, withDriver(limits))) {
      if (reply.kind === 'sample') toMs = reply.sample.timeMs;
      if (reply.kind === 'clip') clips++;
      yield reply;
    }
    return;
  } catch (error) {
    failure = error;
  }
  const timeoutMs = limits.timeoutMs - (performance.now() - startedAt);
  if (timeoutMs <= 0) throw failure;
  for await (const reply of run(null, { ...limits, timeoutMs })) {
    const isGiven =
      reply.kind === 'sample' ? reply.sample.timeMs <= toMs : reply.kind === 'clip' && clips-- > 0;
    if (!isGiven) yield reply;
  }
  onFailure(failure);
}
