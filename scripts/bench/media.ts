/** `npm run bench:media [-- --only video|audio …]`: the parts one after the other; other options go to each part. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const args = process.argv.slice(2);
const at = args.indexOf('--only');
const only = at < 0 ? undefined : args.splice(at, 2)[1];
for (const medium of ['video', 'audio'].filter((name) => !only || name === only)) {
  console.log(medium);
  const part = join(import.meta.dirname, `media-${medium}.ts`);
  // One `--json FILE` becomes a file for each part.
  const own = args.map((arg, i) =>
    args[i - 1] === '--json' && !only ? arg.replace(/(\.json)?$/, `-${medium}$1`) : arg,
  );
  const { status } = spawnSync(process.execPath, [part, ...own], { stdio: 'inherit' });
  if (status !== 0) process.exitCode = 1;
}
