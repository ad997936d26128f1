/** The process that reads features for ISCC units from untrusted media: one task, then it is killed by its parent. */
import { flushCompileCache } from 'node:module';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { ColophonError } from '../../errors.ts';
import type { AudioLimits } from '../../pipeline/decode/audio/index.ts';
import type { VideoLimits } from '../../pipeline/decode/video/video-decoder.ts';
import { openSound } from '../audio/open-sound.ts';
import { type Alive, createHeartbeat } from '../heartbeat.ts';
import { openTrack } from '../video/open-track.ts';
import { writeChromaprint } from './write-chromaprint.ts';
import { writeSignature } from './write-signature.ts';

/** What the parent asks for. */
export type IsccTask = { readonly path: string; readonly outputPath: string } & (
  | { readonly kind: 'signature'; readonly limits: VideoLimits }
  | { readonly kind: 'chromaprint'; readonly limits: AudioLimits }
);

/** What the child answers; the features themselves are in the file that the task names. */
export type IsccReply =
  | Alive
  | { readonly kind: 'done' }
  | { readonly kind: 'problem'; readonly code: string; readonly detail: string };

function run(task: IsccTask): void {
  const { path, outputPath } = task;
  const stayAlive = createHeartbeat(reply);
  if (task.kind === 'chromaprint') writeChromaprint(openSound(path, task.limits), outputPath, stayAlive);
  else writeSignature(openTrack(path, task.limits), outputPath, stayAlive);
  reply({ kind: 'done' });
}

function reply(message: IsccReply): void {
  process.send!(message);
}

// Also imported for its types; only as a child it does anything.
if (process.send && process.argv[1]?.endsWith('iscc-child.ts')) {
  Log.setLevel(AV_LOG_QUIET);
  // It is killed at its end, when Node would write what it compiled.
  flushCompileCache();
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
