/** Clips, sounds and texts made for the tests: no foreign media, and known copies of each other. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { drawScene, writeClip } from '../integration/video/clips.ts';

/** Frames a second of the clips. */
export const FPS = 12;

/** A scene's picture at a moment in seconds; below 0 another scene's. */
export function drawMoment(seed: number, momentS: number, width: number, height: number): Uint8Array {
  return drawScene(momentS < 0 ? seed + 77 : seed, Math.abs(momentS), width, height);
}

/** A part of a drawn scene: the moments of the scene that follow each other, in seconds. */
export async function makeClip(seed: number, momentsS: readonly number[]): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-clip-'));
  try {
    // WebM with VP8: what every Chromium plays, also one built without licensed codecs.
    const options = { codec: 'libvpx', fps: FPS, gop: 12, bitRate: 400_000, frames: momentsS.length };
    const encoder = { deadline: 'realtime', 'cpu-used': '8' };
    const path = writeClip(
      join(folder, 'clip.webm'),
      { ...options, options: encoder },
      (frame, width, height) => drawMoment(seed, momentsS[frame]!, width, height),
    );
    return await readFile(path);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A tune of its own for each seed as WAV: 8 kHz, mono, 16 bits. `momentsS` maps each second of it to one of the tune. */
export function makeTune(seed: number, lengthS: number, momentAt: (s: number) => number): Buffer {
  const rate = 8000;
  const samples = Math.round(lengthS * rate);
  const data = Buffer.alloc(44 + 2 * samples);
  data.write('RIFF', 0, 'latin1');
  data.writeUInt32LE(36 + 2 * samples, 4);
  data.write('WAVEfmt ', 8, 'latin1');
  data.writeUInt32LE(16, 16);
  data.writeUInt16LE(1, 20);
  data.writeUInt16LE(1, 22);
  data.writeUInt32LE(rate, 24);
  data.writeUInt32LE(2 * rate, 28);
  data.writeUInt16LE(2, 32);
  data.writeUInt16LE(16, 34);
  data.write('data', 36, 'latin1');
  data.writeUInt32LE(2 * samples, 40);
  for (let i = 0; i < samples; i++) {
    const at = momentAt(i / rate);
    const note = Math.floor(Math.abs(at) * 4);
    // A scale of five notes, walked in an order of the seed's.
    const step = (note * (3 + (seed % 5)) + ((note * note * seed) % 7)) % 10;
    const hz = 220 * 2 ** ([0, 2, 4, 7, 9, 12, 14, 16, 19, 21][step]! / 12);
    const fade = Math.exp(-3 * (Math.abs(at) * 4 - note));
    const wave = Math.sin(2 * Math.PI * hz * at) + 0.4 * Math.sin(4 * Math.PI * hz * at);
    data.writeInt16LE(Math.round(9000 * fade * wave), 44 + 2 * i);
  }
  return data;
}
