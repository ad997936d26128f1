import type { AVPixelFormat } from 'node-av/constants';
import {
  AV_PIX_FMT_GRAY8,
  AV_PIX_FMT_RGB24,
  AVCOL_TRC_ARIB_STD_B67,
  AVCOL_TRC_SMPTE2084,
  SWS_AREA,
} from 'node-av/constants';
import { FFmpegError, Frame, SoftwareScaleContext } from 'node-av/lib';
import { InputError } from '../../errors.ts';
import { DeviceError } from './decoding-device.ts';

/** A frame in memory, `channels` bytes a pixel. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Shrinks decoded frames of any pixel format, in memory or on a device, to upright 8-bit pixels, long side at most `side`. */
export interface FrameScaler {
  scale(frame: Frame): Pixels;
  close(): void;
}

/** `shown` is the upright size with square pixels; `rotation` the clockwise turn that makes a frame upright. */
export function createFrameScaler(
  shown: { readonly width: number; readonly height: number },
  rotation: number,
  side: number,
  channels: 1 | 3,
): FrameScaler {
  const ratio = Math.min(1, side / Math.max(shown.width, shown.height));
  const upright = {
    width: Math.max(1, Math.round(shown.width * ratio)),
    height: Math.max(1, Math.round(shown.height * ratio)),
  };
  const turned = rotation % 180 !== 0;
  const width = turned ? upright.height : upright.width;
  const height = turned ? upright.width : upright.height;
  const format = channels === 1 ? AV_PIX_FMT_GRAY8 : AV_PIX_FMT_RGB24;
  let scaler: SoftwareScaleContext | null = null;
  let shape = '';
  const fetched = new Frame();
  fetched.alloc();
  return {
    scale(decoded) {
      const frame = decoded.isHwFrame() ? fetchFrame(decoded, fetched) : decoded;
      // A stream may change its size or format in the middle.
      const now = `${frame.width}×${frame.height} ${frame.format}`;
      if (scaler === null || now !== shape) {
        scaler?.freeContext();
        scaler = new SoftwareScaleContext();
        const source = frame.format as AVPixelFormat;
        scaler.getContext(frame.width, frame.height, source, width, height, format, SWS_AREA);
        shape = now;
      }
      using target = new Frame();
      target.alloc();
      target.width = width;
      target.height = height;
      target.format = format;
      if (target.getBuffer() < 0 || scaler.scaleFrameSync(target, frame) < 0) {
        throw new InputError('corrupt_media', `frames of the form ${now} cannot be read`);
      }
      const data = new Uint8Array(target.toBuffer());
      if (frame.colorTrc === AVCOL_TRC_SMPTE2084) applyTable(data, PQ_TO_SDR);
      else if (frame.colorTrc === AVCOL_TRC_ARIB_STD_B67) applyTable(data, HLG_TO_SDR);
      return { ...upright, data: turn(data, width, height, channels, rotation) };
    },
    close() {
      fetched.free();
      scaler?.freeContext();
    },
  };
}

/** Copies a frame from its device, as NV12 or P010 for most: they scale to the same pixels as the planes of software. */
function fetchFrame(frame: Frame, into: Frame): Frame {
  into.unref();
  const result = frame.hwframeTransferDataSync(into);
  if (result < 0)
    throw new DeviceError(`no frame comes back from the device (${FFmpegError.strerror(result)})`);
  into.copyProps(frame);
  return into;
}

/** Turns clockwise by a multiple of 90°. */
export function turn(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  rotation: number,
): Uint8Array {
  if (rotation === 0) return data;
  const out = new Uint8Array(data.length);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let to = (height - 1 - y) * width + (width - 1 - x);
      if (rotation === 90) to = x * height + (height - 1 - y);
      if (rotation === 270) to = (width - 1 - x) * height + y;
      for (let c = 0; c < channels; c++) out[to * channels + c] = data[(y * width + x) * channels + c]!;
    }
  }
  return out;
}

function applyTable(data: Uint8Array, table: Uint8Array): void {
  for (let i = 0; i < data.length; i++) data[i] = table[data[i]!]!;
}

/** SMPTE ST 2084 to display grey: absolute light, 203 nits is paper white, highlights rolled off, gamma 2.2. */
const PQ_TO_SDR = Uint8Array.from({ length: 256 }, (_, code) => {
  const p = (code / 255) ** (1 / 78.84375);
  const nits = 10_000 * (Math.max(0, p - 0.8359375) / (18.8515625 - 18.6875 * p)) ** (1 / 0.1593017578125);
  return toneMap(nits / 203);
});

/** ITU-R BT.2100 HLG, scene light taken as display light; code 75 % is paper white. */
const HLG_TO_SDR = Uint8Array.from({ length: 256 }, (_, code) => {
  const e = code / 255;
  const light = e <= 0.5 ? (e * e) / 3 : (Math.exp((e - 0.55991073) / 0.17883277) + 0.28466892) / 12;
  return toneMap(light / 0.265);
});

function toneMap(light: number): number {
  const rolled = light <= 0.8 ? light : 0.8 + 0.2 * (1 - Math.exp(-(light - 0.8)));
  return Math.round(255 * Math.min(1, rolled) ** (1 / 2.2));
}
