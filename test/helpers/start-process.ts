import { type ChildProcess, spawn } from 'node:child_process';
import { join, resolve } from 'node:path';
import { putFreshDatabase } from './fresh-database.ts';
import { createTestDatabase } from './test-database.ts';

const ROOT = resolve(import.meta.dirname, '../..');

/** A service in a process of its own, to be killed. */
export interface ServiceProcess {
  readonly url: string;
  /** Printed by a first start only. */
  readonly adminKey: string | null;
  readonly pid: number;
  output(): string;
  /** Ends it as a crash does: nothing gets to finish. */
  kill(): Promise<void>;
  /** Asks it to stop and gives its exit code. */
  stop(signal?: NodeJS.Signals): Promise<number | null>;
}

/** How a process that should not start has ended. */
export interface FailedStart {
  readonly code: number | null;
  readonly output: string;
}

function launch(dataFolder: string, env: Readonly<Record<string, string>>, databaseUrl: string | null) {
  const child = spawn(process.execPath, [resolve(ROOT, 'server/main.ts')], {
    // Somewhere else: the service must not depend on where it is called.
    cwd: '/',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...process.env,
      COLOPHON_DATA: dataFolder,
      PORT: '0',
      COLOPHON_RATE_LIMIT: '0',
      COLOPHON_BATCH_INTERVAL_MS: '200',
      COLOPHON_SPARE_DECODERS: 'off',
      ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
      ...env,
    },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  }
  // Not `exit`: its last words may be unread then.
  const exited = new Promise<number | null>((done) => child.on('close', (code) => done(code)));
  return { child, output: () => text, exited };
}

/** Starts the service and waits for its banner. Throws with its output when it ends before. */
export async function startProcess(
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const database = await createTestDatabase(dataFolder);
  if (!database) await putFreshDatabase(join(dataFolder, 'database'));
  const { child, output, exited } = launch(dataFolder, env, database?.url ?? null);
  await waitFor(child, output, exited, /ready at (\S+)[\s\S]*\n\n$/);
  const url = /ready at (\S+)/.exec(output())?.[1] ?? '';
  return {
    url,
    adminKey: /colophon_[0-9a-z]{26}_[0-9a-f]{64}/.exec(output())?.[0] ?? null,
    pid: child.pid ?? -1,
    output,
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
    stop(signal = 'SIGTERM') {
      child.kill(signal);
      return exited;
    },
  };
}

/** Starts a service that must refuse to run, and waits for its end. */
export async function startFailing(
  dataFolder: string,
  env: Readonly<Record<string, string>> = {},
): Promise<FailedStart> {
  await putFreshDatabase(join(dataFolder, 'database'));
  const { child, output, exited } = launch(dataFolder, env, null);
  const timer = setTimeout(() => child.kill('SIGKILL'), 240_000);
  const code = await exited;
  clearTimeout(timer);
  return { code, output: output() };
}

async function waitFor(
  child: ChildProcess,
  output: () => string,
  exited: Promise<number | null>,
  pattern: RegExp,
): Promise<void> {
  let ended = false;
  void exited.then(() => {
    ended = true;
  });
  const until = Date.now() + 240_000;
  while (!pattern.test(output())) {
    if (ended) throw new Error(`the service ended:\n${output()}`);
    if (Date.now() > until) {
      child.kill('SIGKILL');
      throw new Error(`the service did not get ready:\n${output()}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
