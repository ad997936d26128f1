import { execFile, spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** A PostgreSQL server of our own for one test run. */
export interface TestPostgres {
  /** Connection URL of an empty database. */
  readonly url: string;
  stop(): Promise<void>;
}

const INSTALL_TIMEOUT_MS = 5 * 60_000;

/** Folder with `initdb` and `pg_ctl`; Debian keeps them off the PATH, one folder a version. */
function binaries(): string | null {
  const base = '/usr/lib/postgresql';
  if (existsSync(base)) {
    const versions = readdirSync(base).sort((a, b) => Number(b) - Number(a));
    for (const version of versions)
      if (existsSync(join(base, version, 'bin', 'initdb'))) return join(base, version, 'bin');
  }
  const found = spawnSync('sh', ['-c', 'command -v initdb'], { encoding: 'utf8' }).stdout.trim();
  return found === '' ? null : join(found, '..');
}

/** Installs Debian's PostgreSQL when we are root on a machine with apt. The package must not start a cluster. */
async function install(): Promise<void> {
  if (userInfo().uid !== 0 || !existsSync('/usr/bin/apt-get')) return;
  const options = { timeout: INSTALL_TIMEOUT_MS, env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' } };
  console.log('PostgreSQL: installing Debian’s package …');
  const run = promisify(execFile);
  // Whether it worked shows in what is there afterwards.
  await run('apt-get', ['update', '-qq'], options).catch(() => undefined);
  await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'postgresql'], options).catch(
    () => undefined,
  );
}

function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const port = (server.address() as { port: number }).port;
      server.close(() => done(port));
    });
  });
}

/**
 * Starts a PostgreSQL server on a free loopback port with a data folder of its own, or gives null where there is none
 * and none can be installed. `given` is the folder of its programs, else it is looked for. PostgreSQL refuses to run as root,
 * so there it runs as `postgres`. Throws when its programs fail; nothing is left then.
 */
export async function startPostgres(given?: string): Promise<TestPostgres | null> {
  if (given === undefined && binaries() === null) await install();
  const bin = given ?? binaries();
  if (bin === null) return null;
  const folder = mkdtempSync(join(tmpdir(), 'colophon-pg-'));
  try {
    return await startIn(folder, bin);
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  }
}

async function startIn(folder: string, bin: string): Promise<TestPostgres> {
  const data = join(folder, 'data');
  const asRoot = userInfo().uid === 0;
  if (asRoot) {
    const ids = spawnSync('id', ['-u', 'postgres'], { encoding: 'utf8' }).stdout.trim();
    chownSync(folder, Number(ids), -1);
  }
  const call = (program: string, args: readonly string[]) => {
    const [command, rest] = asRoot
      ? ['runuser', ['-u', 'postgres', '--', join(bin, program), ...args]]
      : [join(bin, program), [...args]];
    const result = spawnSync(command as string, rest as string[], {
      encoding: 'utf8',
      cwd: folder,
      // Where Debian keeps `runuser`.
      env: { ...process.env, PATH: `${process.env['PATH']}:/usr/sbin:/sbin` },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    if (result.status !== 0) throw new Error(`${program} failed: ${result.stderr ?? result.error}`);
  };
  const port = await freePort();
  call('initdb', ['-D', data, '-U', 'colophon', '--auth=trust', '--no-sync', '-E', 'UTF8']);
  const settings = `-p ${port} -c listen_addresses=127.0.0.1 -c unix_socket_directories=${folder} -c fsync=off`;
  call('pg_ctl', ['-D', data, '-o', settings, '-l', join(folder, 'log'), '-w', 'start']);
  return {
    url: `postgres://colophon@127.0.0.1:${port}/postgres`,
    async stop() {
      call('pg_ctl', ['-D', data, '-m', 'immediate', '-w', 'stop']);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
