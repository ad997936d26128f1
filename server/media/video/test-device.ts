import { setTimeout as sleep } from 'node:timers/promises';
import {
  AV_CODEC_ID_H264,
  AV_LOG_ERROR,
  AV_LOG_QUIET,
  AV_PIX_FMT_YUV420P,
  type FFEncoderCodec,
} from 'node-av/constants';
import { Codec, CodecContext, FFmpegError, Frame, Log, Packet, Rational } from 'node-av/lib';
import {
  attachDevice,
  type DecodingDevice,
  DeviceError,
  type DeviceType,
  openDevice,
} from './decoding-device.ts';

/** In pixels: no decoder asks for more, none refuses it. */
const SIDE = 256;
const MESSAGES_MS = 50;

/**
 * Opens a device and has it decode one picture of H.264. A driver may open where decoding is not lent with it (to a container
 * or a virtual machine); every film would go by software then, in silence. Throws `DeviceError` with FFmpeg's own words.
 */
export async function testDevice(type: DeviceType): Promise<void> {
  const said = new Set<string>();
  Log.setCallback((_level, message) => said.add(message.trim()), { maxLevel: AV_LOG_ERROR });
  Log.setLevel(AV_LOG_ERROR);
  try {
    decodeOn(openDevice(type), encodePicture());
  } catch (error) {
    // FFmpeg's messages come by way of the event loop.
    await sleep(MESSAGES_MS);
    const why = error instanceof Error ? error.message : String(error);
    throw new DeviceError([why, ...said].filter(Boolean).join('; '), { cause: error });
  } finally {
    Log.setLevel(AV_LOG_QUIET);
    Log.resetCallback();
  }
}

function decodeOn(device: DecodingDevice, packet: Packet): void {
  const way = device.decoderOf(AV_CODEC_ID_H264);
  if (!way) throw new DeviceError('the device has no decoder for H.264');
  const decoder = new CodecContext();
  decoder.allocContext3(way.codec);
  const watched = attachDevice(decoder, device, way);
  if (decoder.open2Sync(way.codec) < 0) throw new DeviceError('the device cannot begin with H.264');
  using frame = new Frame();
  frame.alloc();
  watched.sendPacketSync(packet);
  watched.sendPacketSync(null);
  const result = watched.receiveFrameSync(frame);
  if (result < 0) throw new DeviceError(`the device gives no frame (${FFmpegError.strerror(result)})`);
  using copy = new Frame();
  copy.alloc();
  if (frame.hwframeTransferDataSync(copy) < 0) throw new DeviceError('no frame comes back from the device');
  packet.free();
  decoder.freeContext();
}

/** One grey picture. */
function encodePicture(): Packet {
  const codec = Codec.findEncoderByName('libx264' as FFEncoderCodec);
  if (!codec) throw new DeviceError('this FFmpeg cannot write H.264 to try the device with');
  const encoder = new CodecContext();
  encoder.allocContext3(codec);
  encoder.width = SIDE;
  encoder.height = SIDE;
  encoder.timeBase = new Rational(1, 25);
  encoder.pixelFormat = AV_PIX_FMT_YUV420P;
  encoder.threadCount = 1;
  if (encoder.open2Sync(codec) < 0) throw new DeviceError('no H.264 can be written to try the device with');
  using frame = new Frame();
  frame.alloc();
  frame.width = SIDE;
  frame.height = SIDE;
  frame.format = AV_PIX_FMT_YUV420P;
  frame.getBuffer();
  for (const plane of frame.data ?? []) plane.fill(128);
  frame.pts = 0n;
  encoder.sendFrameSync(frame);
  encoder.sendFrameSync(null);
  const packet = new Packet();
  packet.alloc();
  if (encoder.receivePacketSync(packet) < 0) throw new DeviceError('no H.264 comes to try the device with');
  encoder.freeContext();
  return packet;
}
