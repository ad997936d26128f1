import { Frame } from 'node-av/lib';
import type { VideoLimits } from '../../pipeline/decode/video/video-decoder.ts';
import { decodePackets } from './decode-packets.ts';
import { type DecodingDevice, DeviceError, type DeviceType, openDevice } from './decoding-device.ts';
import { createFileOnDevice, type FileOnDevice } from './file-on-device.ts';
import { openTrack } from './open-track.ts';

/** Files whose decoders are kept: each holds pictures in the device's memory. */
const MAX_KEPT = 4;

/** Says what a file is decoded on: the device if it decodes the first frame, else null, software. */
export type DeviceChoice = (
  type: DeviceType | null,
  path: string,
  limits: VideoLimits,
) => FileOnDevice | null;

/** Keeps the device and its last decoders: a reader of clips comes back with the same few files. */
export function createDeviceChoice(): DeviceChoice {
  let device: DecodingDevice | null = null;
  const known = new Map<string, FileOnDevice | null>();
  return (type, path, limits) => {
    if (type === null) return null;
    device ??= openDevice(type);
    const file = known.get(path);
    const chosen = file === undefined ? tryFile(path, limits, device) : file;
    known.delete(path);
    known.set(path, chosen);
    const [oldest] = known;
    if (known.size > MAX_KEPT && oldest) {
      oldest[1]?.close();
      known.delete(oldest[0]);
    }
    return chosen;
  };
}

function tryFile(path: string, limits: VideoLimits, device: DecodingDevice): FileOnDevice | null {
  const file = createFileOnDevice(device);
  return decodesFirst(path, limits, file) ? file : null;
}

function decodesFirst(path: string, limits: VideoLimits, file: FileOnDevice): boolean {
  const track = openTrack(path, limits, file);
  using frame = new Frame();
  frame.alloc();
  let isDone = false;
  try {
    const decoder = track.openDecoder();
    const pull = () => {
      isDone ||= decoder.receiveFrameSync(frame) >= 0;
    };
    decodePackets(track, decoder, pull, () => isDone);
  } catch (error) {
    if (!(error instanceof DeviceError)) throw error;
  } finally {
    track.close();
  }
  if (!isDone) file.close();
  return isDone;
}
