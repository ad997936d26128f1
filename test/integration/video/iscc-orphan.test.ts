/** The process that reads features for ISCC ends when the service is killed in the middle of it. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { AV_LOG_QUIET } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
after(() => rmSync(folder, { recursive: true, force: true }));
const READER = pathToFileURL(join(import.meta.dirname, '../../../server/media/iscc/read-features.ts'));
/** The task is one of many seconds; the clip itself is a second. */
const REPEATS = 2_000;
/** Ticks of 10 ms: by then it decodes. */
const BUSY_TICKS = 100;

const until = async (done: () => boolean) => {
  while (!done()) await new Promise((resolve) => setTimeout(resolve, 50));
};

function ticksOf(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return Number(fields[11]) + Number(fields[12]);
}

test('it does not outlive a service that is killed', { skip: process.platform !== 'linux' }, async () => {
  Log.setLevel(AV_LOG_QUIET);
  const clip = writeClip(join(folder, 'clip.h264'), { frames: 25 }, (i, w, h) => drawScene(1, i / 25, w, h));
  const long = join(folder, 'long.h264');
  // Bare streams that follow each other are one.
  writeFileSync(long, Buffer.concat(Array(REPEATS).fill(readFileSync(clip))));
  const code = `import { readFrameSignatures } from '${READER}'; for await (const _ of readFrameSignatures(process.argv[1]));`;
  const service = spawn(process.execPath, ['--input-type=module', '-e', code, long], {
    env: { PATH: process.env['PATH'], TMPDIR: folder },
    stdio: 'ignore',
  });
  const exited = new Promise((resolve) => service.on('exit', resolve));
  const children = () =>
    readFileSync(`/proc/${service.pid}/task/${service.pid}/children`, 'utf8').trim().split(' ').map(Number);
  await until(() => children()[0]! > 0);
  const [child] = children();
  await until(() => ticksOf(child!) > BUSY_TICKS);
  service.kill('SIGKILL');
  await exited;
  await until(() => !existsSync(`/proc/${child}`));
  const [output] = readdirSync(folder).filter((name) => name.startsWith('colophon-iscc-'));
  assert.ok(output, 'nobody was left to tidy up');
  assert.ok(!existsSync(join(folder, output, 'features.bin')), 'it went on to the end of the film');
});
