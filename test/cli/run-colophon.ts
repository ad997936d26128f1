import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

const CLI = resolve(import.meta.dirname, '../../server/cli/main.ts');

/** What a run of the command line left. */
export interface CliRun {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`. */
  json<T>(): T;
}

/** Runs `colophon ARGS` as a process of its own; the environment's COLOPHON_… variables are not passed on. */
export function runColophon(env: Readonly<Record<string, string>>, ...args: string[]): Promise<CliRun> {
  const clean = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('COLOPHON_')),
  );
  return new Promise((done) => {
    const child = spawn(process.execPath, [CLI, ...args], { env: { ...clean, NO_COLOR: '1', ...env } });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk;
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk;
    });
    child.on('close', (code) => done({ code, stdout, stderr, json: <T>() => JSON.parse(stdout) as T }));
  });
}
