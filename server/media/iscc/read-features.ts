import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_AUDIO_LIMITS } from '../../pipeline/decode/audio/index.ts';
import { DEFAULT_VIDEO_LIMITS } from '../../pipeline/decode/video/video-decoder.ts';
import { runIsolated } from '../run-isolated.ts';
import type { IsccReply, IsccTask } from './iscc-child.ts';
import { readSignature } from './read-signature.ts';

const CHILD = fileURLToPath(new URL('./iscc-child.ts', import.meta.url));

/**
 * MPEG-7 frame signatures of a video, five a second, from FFmpeg's filter `signature` (about 90 bytes a frame).
 * Throws as `VideoDecoder.sample`.
 */
export async function* readFrameSignatures(
  path: string,
  limits = DEFAULT_VIDEO_LIMITS,
): AsyncGenerator<Uint8Array> {
  yield* readSignature(await runForFile((outputPath) => ({ kind: 'signature', path, outputPath, limits })));
}

/**
 * Chromaprint of a sound track, from FFmpeg's muxer `chromaprint`: 32-bit integers, about eight a second; none where
 * the sound lasts less than three seconds. Throws as `AudioDecoder.read`.
 */
export async function readChromaprint(path: string, limits = DEFAULT_AUDIO_LIMITS): Promise<number[]> {
  const bytes = await runForFile((outputPath) => ({ kind: 'chromaprint', path, outputPath, limits }));
  return Array.from({ length: bytes.length >>> 2 }, (_, i) => bytes.readInt32LE(4 * i));
}

/** Runs a task where decoders run, and gives what it wrote. */
async function runForFile(makeTask: (outputPath: string) => IsccTask): Promise<Buffer> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-iscc-'));
  try {
    const task = makeTask(join(folder, 'features.bin'));
    for await (const _reply of runIsolated<IsccReply>(CHILD, task, task.limits, 'none'));
    return await readFile(task.outputPath);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
