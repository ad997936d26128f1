import { CodecContext, type Stream } from 'node-av/lib';
import { attachDevice, type DecodingDevice, DeviceError, type PacketDecoder } from './decoding-device.ts';

/** A decoder that goes on to the next reading of the same file. */
export interface LentDecoder extends PacketDecoder {
  giveBack(): void;
}

/** A device for one file. To make a decoder takes longer there than to read some seconds with it, so that one is kept. */
export interface FileOnDevice {
  /** A decoder for the file's track, whatever was read with it before. Throws `DeviceError`, as the decoder does. */
  openDecoder(stream: Stream, options: Readonly<Record<string, string>>): LentDecoder;
  close(): void;
}

/** What readings set, each its own way. */
const USUAL = { skip_frame: 'default', skip_loop_filter: 'default' };

interface MadeDecoder {
  readonly context: CodecContext;
  readonly watched: PacketDecoder;
}

export function createFileOnDevice(device: DecodingDevice): FileOnDevice {
  let idle: MadeDecoder | null = null;
  return {
    openDecoder(stream, options) {
      const decoder = idle ?? makeDecoder(device, stream);
      idle = null;
      for (const [name, value] of Object.entries({ ...USUAL, ...options }))
        decoder.context.setOption(name, value);
      return {
        ...decoder.watched,
        giveBack() {
          decoder.context.flushBuffers();
          if (idle) decoder.context.freeContext();
          else idle = decoder;
        },
      };
    },
    close() {
      idle?.context.freeContext();
      idle = null;
    },
  };
}

function makeDecoder(device: DecodingDevice, stream: Stream): MadeDecoder {
  const way = device.decoderOf(stream.codecpar.codecId);
  if (!way) throw new DeviceError('the device has no decoder for this codec');
  const context = new CodecContext();
  context.allocContext3(way.codec);
  context.parametersToContext(stream.codecpar);
  context.pktTimebase = stream.timeBase;
  context.threadCount = 1;
  const watched = attachDevice(context, device, way);
  if (context.open2Sync(way.codec) < 0) throw new DeviceError('the device cannot begin with this stream');
  return { context, watched };
}
