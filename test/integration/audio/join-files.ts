import { AVERROR_EOF } from 'node-av/constants';
import { FFmpegError, FormatContext, Packet } from 'node-av/lib';

/**
 * Puts the first track of each file into one new file, as they stand, or later by so many milliseconds; the container follows the
 * extension.
 */
export function joinFiles(
  paths: readonly string[],
  out: string,
  laterMs: (track: number, atMs: number) => number = () => 0,
): string {
  const output = new FormatContext();
  check(output.allocOutputContext2(null, null, out), 'container');
  const inputs = paths.map((path) => {
    const input = new FormatContext();
    check(input.openInputSync(path, null, null), path);
    check(input.findStreamInfoSync(), path);
    const stream = output.newStream();
    check(input.streams[0]!.codecpar.copy(stream.codecpar), 'parameters');
    stream.codecpar.codecTag = 0;
    stream.timeBase = input.streams[0]!.timeBase;
    return { input, from: input.streams[0]!, to: stream };
  });
  check(output.openOutputSync(), out);
  check(output.writeHeaderSync(), 'header');
  const packet = new Packet();
  packet.alloc();
  for (const [track, { input, from, to }] of inputs.entries()) {
    for (
      let result = input.readFrameSync(packet);
      result !== AVERROR_EOF;
      result = input.readFrameSync(packet)
    ) {
      check(result, 'packet');
      packet.streamIndex = to.index;
      const ticks = ({ num, den }: typeof from.timeBase) => den / num / 1000;
      const atMs = Number(packet.pts) / ticks(from.timeBase);
      packet.rescaleTs(from.timeBase, to.timeBase);
      const later = BigInt(Math.round(laterMs(track, atMs) * ticks(to.timeBase)));
      packet.pts += later;
      packet.dts += later;
      check(output.interleavedWriteFrameSync(packet), 'writing');
      packet.unref();
    }
    input.closeInputSync();
  }
  check(output.writeTrailerSync(), 'trailer');
  packet.free();
  output.closeOutputSync();
  output.freeContext();
  return out;
}

function check(code: number, what: string): void {
  if (code < 0) throw new Error(`${what}: ${FFmpegError.strerror(code)}`);
}
