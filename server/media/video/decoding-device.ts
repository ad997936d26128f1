import type { AVCodecID, AVHWDeviceType, AVPixelFormat, FFHWDeviceType } from 'node-av/constants';
import {
  AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX,
  AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX,
  AV_HWDEVICE_TYPE_NONE,
  AVERROR_EAGAIN,
  AVERROR_EOF,
} from 'node-av/constants';
import { Codec, type CodecContext, FFmpegError, type Frame, HardwareDeviceContext } from 'node-av/lib';

/** FFmpeg's name of a kind of device that decodes video. */
export type DeviceType = 'cuda' | 'vaapi' | 'qsv' | 'videotoolbox' | 'd3d11va';

/** FFmpeg's decoder that uses a device, and the form of the frames that it leaves there. */
export interface DeviceDecoder {
  readonly codec: Codec;
  readonly format: AVPixelFormat;
}

/** An opened device; it lives as long as its process. */
export interface DecodingDevice {
  readonly context: HardwareDeviceContext;
  /** The decoder of a codec on this device; null where FFmpeg has none. */
  decoderOf(codecId: AVCodecID): DeviceDecoder | null;
}

/** What decoding takes of a decoder. */
export type PacketDecoder = Pick<CodecContext, 'sendPacketSync' | 'receiveFrameSync' | 'flushBuffers'>;

/** The device failed, or gave a stream up: software may do better. */
export class DeviceError extends Error {}

/** Opens the first device of a kind. Throws `DeviceError` where there is none, or its driver does not load. */
export function openDevice(type: DeviceType): DecodingDevice {
  const kind = HardwareDeviceContext.findTypeByName(type as FFHWDeviceType);
  if (kind === AV_HWDEVICE_TYPE_NONE)
    throw new DeviceError(`this FFmpeg knows no devices of the kind ${type}`);
  const context = new HardwareDeviceContext();
  const result = context.create(kind);
  if (result < 0) throw new DeviceError(`no ${type} device can be opened (${FFmpegError.strerror(result)})`);
  return {
    context,
    decoderOf(codecId) {
      for (const codec of Codec.getCodecList()) {
        if (codec.id !== codecId || !codec.isDecoder()) continue;
        const format = formatOn(codec, kind);
        if (format !== null) return { codec, format };
      }
      return null;
    },
  };
}

function formatOn(codec: Codec, kind: AVHWDeviceType): AVPixelFormat | null {
  const usable = AV_CODEC_HW_CONFIG_METHOD_HW_DEVICE_CTX | AV_CODEC_HW_CONFIG_METHOD_HW_FRAMES_CTX;
  for (let i = 0; ; i++) {
    const way = codec.getHwConfig(i);
    if (!way) return null;
    if (way.deviceType === kind && (way.methods & usable) !== 0) return way.pixFmt;
  }
}

/**
 * Puts a decoder that is not open yet on a device. What comes back tells when the device fails, and when FFmpeg went over to
 * software by itself: half a film from each, or frames that are missing in silence, would be worse than all of it by software.
 * It throws `DeviceError` then.
 */
export function attachDevice(
  decoder: CodecContext,
  device: DecodingDevice,
  { format }: DeviceDecoder,
): PacketDecoder {
  decoder.hwDeviceCtx = device.context;
  decoder.setHardwarePixelFormat(format);
  const check = (result: number) => {
    if (result < 0 && result !== AVERROR_EAGAIN && result !== AVERROR_EOF)
      throw new DeviceError(`the device does not decode on (${FFmpegError.strerror(result)})`);
    return result;
  };
  return {
    sendPacketSync: (packet) => check(decoder.sendPacketSync(packet)),
    receiveFrameSync(frame: Frame) {
      const result = check(decoder.receiveFrameSync(frame));
      if (result >= 0 && !frame.isHwFrame()) throw new DeviceError('the device does not decode this stream');
      return result;
    },
    flushBuffers: () => decoder.flushBuffers(),
  };
}
