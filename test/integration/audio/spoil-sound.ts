import { readFileSync } from 'node:fs';
import { AVERROR_EOF, AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { FormatContext, Packet } from 'node-av/lib';

/** The bytes of a film whose sound can be read up to `fromMs` only: its packets from there on are overwritten. */
export function spoilSound(path: string, fromMs: number): Buffer {
  const bytes = readFileSync(path);
  const input = new FormatContext();
  input.openInputSync(path, null, null);
  input.findStreamInfoSync();
  const index = input.findBestStream(AVMEDIA_TYPE_AUDIO);
  const { num, den } = input.streams[index]!.timeBase;
  const packet = new Packet();
  packet.alloc();
  while (input.readFrameSync(packet) !== AVERROR_EOF) {
    const atMs = (Number(packet.pts) * num * 1000) / den;
    const at = Number(packet.pos);
    if (packet.streamIndex === index && atMs >= fromMs) bytes.fill(0xff, at, at + packet.size);
    packet.unref();
  }
  packet.free();
  input.closeInputSync();
  return bytes;
}
