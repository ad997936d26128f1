import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UpstreamError } from '../errors.ts';
import { anvilBinary } from './anvil-binary.ts';
import { stateFile } from './chain-state-files.ts';

/** A node process and the guard around it. */
export interface AnvilProcess {
  readonly pid: number;
  readonly port: number;
  readonly exited: Promise<void>;
  /** Lets it write its state and end; kills it after `graceMs`. */
  stop(graceMs?: number): Promise<void>;
}

/**
 * The guard: starts the node, says its pid, and ends it when standard input ends. The other end of that pipe is ours,
 * and the kernel closes it however we end, so no `kill -9` leaves a node behind. TERM lets anvil write its state.
 */
const GUARD = `
trap '' INT HUP
"$@" </dev/null &
node=$!
echo "PID $node"
( read -r _; kill -TERM $node 2>/dev/null ) <&3 >/dev/null 2>&1 &
watch=$!
wait $node
code=$?
kill $watch 2>/dev/null
exit $code
`;

const START_TIMEOUT_MS = 20_000;

/** Starts anvil under its guard. Rejects with `UpstreamError('chain_unavailable')` when it does not come up. */
export async function spawnAnvil(directory: string, flags: readonly string[]): Promise<AnvilProcess> {
  const command = [anvilBinary(), '--state', stateFile(directory), ...flags];
  // A session of its own: Ctrl-C in the terminal reaches us, and we end the chain last.
  const child = spawn('sh', ['-c', GUARD, 'guard', ...command], {
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
    detached: true,
    env: { PATH: process.env['PATH'] ?? '/usr/bin:/bin', HOME: directory },
  });
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  try {
    const { pid, port } = await readStart(child);
    await writeFile(pidFile(directory), `${pid}\n`);
    return { pid, port, exited, stop: (graceMs) => stopAnvil(child, pid, exited, graceMs ?? 10_000) };
  } catch (error) {
    child.stdio[3]?.destroy();
    await exited;
    throw error;
  }
}

function readStart(child: ChildProcess): Promise<{ pid: number; port: number }> {
  return new Promise((resolve, reject) => {
    let text = '';
    const fail = (why: string) =>
      reject(
        new UpstreamError(
          'chain_unavailable',
          `the local chain did not start: ${why} ${text.slice(-400).trim()}`,
        ),
      );
    const timer = setTimeout(() => fail('no answer.'), START_TIMEOUT_MS);
    const read = (chunk: Buffer) => {
      text = (text + chunk).slice(-20_000);
      const pid = /^PID (\d+)$/m.exec(text)?.[1];
      const port = /Listening on [^\s]*:(\d+)/.exec(text)?.[1];
      if (pid === undefined || port === undefined) return;
      clearTimeout(timer);
      resolve({ pid: Number(pid), port: Number(port) });
    };
    // Read on for ever: a full pipe would stop the node.
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('exit', () => {
      clearTimeout(timer);
      fail('it ended.');
    });
  });
}

async function stopAnvil(
  child: ChildProcess,
  pid: number,
  exited: Promise<void>,
  graceMs: number,
): Promise<void> {
  child.stdio[3]?.destroy(); // the guard sees the end of the pipe
  const timer = setTimeout(() => signal(pid, 'SIGKILL'), graceMs);
  await exited;
  clearTimeout(timer);
}

/**
 * Ends a node of this directory that an earlier process left running or still ending: two must not write one state.
 * Waits for it to write its state; kills it after `graceMs`.
 */
export async function endLeftover(directory: string, graceMs = 5_000): Promise<void> {
  const pid = Number(await readFile(pidFile(directory), 'utf8').catch(() => ''));
  if (!(await isOurNode(pid, directory))) return;
  signal(pid, 'SIGTERM');
  const deadline = Date.now() + graceMs;
  while (await isOurNode(pid, directory)) {
    if (Date.now() > deadline) signal(pid, 'SIGKILL');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** A pid alone may belong to anybody by now: the command line must name our state file. */
async function isOurNode(pid: number, directory: string): Promise<boolean> {
  if (!Number.isInteger(pid) || pid < 2) return false;
  const commandLine = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');
  return commandLine.split('\0').includes(stateFile(directory));
}

function pidFile(directory: string): string {
  return join(directory, 'anvil.pid');
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // gone already
  }
}
