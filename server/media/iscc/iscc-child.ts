/** The process that reads features for ISCC units from untrusted media: one task, then it is killed by its parent. */
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { ColophonError } from '../../errors.ts';
import type { VideoLimits } from '../../pipeline/decode/video/video-decoder.ts';
import { openTrack } from '../video/open-track.ts';
import { writeSignature } from './write-signature.ts';

/** What the parent asks for. */
export interface IsccTask {
  readonly kind: 'signature';
  readonly path: string;
  readonly outputPath: string;
  readonly limits: VideoLimits;
}

/** What the child answers; the features themselves are in the file that the task names. */
export type IsccReply =
  | { readonly kind: 'alive' }
  | { readonly kind: 'done' }
  | { readonly kind: 'problem'; readonly code: string; readonly detail: string };

/** Frames after which it says that it is alive. */
const ALIVE_FRAMES = 50;

function run({ path, outputPath, limits }: IsccTask): void {
  const track = openTrack(path, limits);
  let frames = 0;
  writeSignature(track, outputPath, () => {
    if (frames++ % ALIVE_FRAMES === 0) reply({ kind: 'alive' });
  });
  reply({ kind: 'done' });
}

function reply(message: IsccReply): void {
  process.send!(message);
}

// Also imported for its types; only as a child it does anything.
if (process.send && process.argv[1]?.endsWith('iscc-child.ts')) {
  Log.setLevel(AV_LOG_QUIET);
  process.once('disconnect', () => process.kill(process.pid, 'SIGKILL'));
  process.on('message', (task: IsccTask) => {
    try {
      run(task);
    } catch (error) {
      const code = error instanceof ColophonError ? error.code : 'corrupt_media';
      reply({ kind: 'problem', code, detail: error instanceof Error ? error.message : String(error) });
    }
  });
}
