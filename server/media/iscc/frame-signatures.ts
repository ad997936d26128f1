import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DEFAULT_VIDEO_LIMITS } from '../../pipeline/decode/video/video-decoder.ts';
import { runIsolated } from '../run-isolated.ts';
import type { IsccReply, IsccTask } from './iscc-child.ts';
import { readSignature } from './read-signature.ts';

const CHILD = fileURLToPath(new URL('./iscc-child.ts', import.meta.url));

/**
 * MPEG-7 frame signatures of a video, five a second, from FFmpeg's filter `signature`, which runs where decoders run
 * and writes a file (about 90 bytes a frame). Throws as `VideoDecoder.sample`.
 */
export async function* readFrameSignatures(
  path: string,
  limits = DEFAULT_VIDEO_LIMITS,
): AsyncGenerator<Uint8Array> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-signature-'));
  try {
    const outputPath = join(folder, 'signature.bin');
    const task: IsccTask = { kind: 'signature', path, outputPath, limits };
    for await (const _reply of runIsolated<IsccReply>(CHILD, task, limits, 'none'));
    yield* readSignature(await readFile(outputPath));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
