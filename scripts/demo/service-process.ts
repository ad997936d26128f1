import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { resolve } from 'node:path';

const ROOT = resolve(import.meta.dirname, '../..');
const READY_MS = 300_000;
const POLL_MS = 100;

/** A service in a process of its own, on loopback, with its own data folder. */
export interface ServiceProcess {
  readonly url: string;
  /** The first admin's key; only a first start prints it. */
  readonly apiKey: string | null;
  /** From the start of the process until `/readyz` answered 200, in milliseconds. */
  readonly readyAfterMs: number;
  /** Everything it has printed. */
  output(): string;
  /** Asks it to stop (SIGTERM) and waits until it has. Resolves to its exit code. */
  stop(): Promise<number | null>;
  /** Kills it and all its children at once, as a power cut would. */
  killAll(): Promise<void>;
}

/** A loopback port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((done) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => done(port));
    });
  });
}

/**
 * Starts `server/main.ts` and waits until it is ready. Throws with its output when it ends before or is not ready within
 * five minutes. It leads a process group of its own, so that `killAll` reaches the chain node too.
 */
export async function startService(
  dataFolder: string,
  port: number,
  env: Readonly<Record<string, string>> = {},
): Promise<ServiceProcess> {
  const startedAt = performance.now();
  const child = spawn(process.execPath, [resolve(ROOT, 'server/main.ts')], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, COLOPHON_DATA: dataFolder, PORT: String(port), ...env },
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text += chunk;
    });
  }
  const ended = new Promise<number | null>((done) => child.on('exit', (code) => done(code)));
  const url = `http://127.0.0.1:${port}`;
  await waitUntilReady(child, url, () => text);
  return {
    url,
    apiKey: /colophon_[0-9A-Za-z]+_[0-9A-Za-z_-]+/.exec(text)?.[0] ?? null,
    readyAfterMs: performance.now() - startedAt,
    output: () => text,
    stop: () => {
      child.kill('SIGTERM');
      return ended;
    },
    killAll: async () => {
      if (child.pid !== undefined && child.exitCode === null) process.kill(-child.pid, 'SIGKILL');
      await ended;
    },
  };
}

async function waitUntilReady(child: ChildProcess, url: string, output: () => string): Promise<void> {
  const until = Date.now() + READY_MS;
  while (child.exitCode === null && child.signalCode === null) {
    const response = await fetch(`${url}/readyz`).catch(() => null);
    if (response?.status === 200) return;
    if (Date.now() > until) {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
      throw new Error(`the service was not ready within ${READY_MS / 1000} s:\n${output()}`);
    }
    await new Promise((resume) => setTimeout(resume, POLL_MS));
  }
  throw new Error(`the service ended with ${child.exitCode ?? child.signalCode}:\n${output()}`);
}
