import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** What was counted. */
export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Where and for how long a file of tests runs. */
export interface TestFileOptions {
  readonly root: string;
  /** After this the file has failed, whatever it is doing. */
  readonly timeoutMs: number;
  readonly env?: Readonly<Record<string, string>>;
  /** Receives what the file prints. */
  readonly onOutput: (text: string) => void;
}

/** Variable that every process of a test inherits, by which we know those that it left behind. */
const MARK = 'COLOPHON_TEST_RUN';

/** How long a process that ended may keep us reading: a child that it left behind can hold the pipe for ever. */
const DRAIN_MS = 1_000;

/**
 * Runs one file of tests in a process group of its own, and ends whatever of that group is left afterwards. The
 * runner's own isolation waits for a pipe that a forgotten child keeps open, and its timeout does not end a process
 * that a failed test keeps alive; one such test would hold up all others. Rejects when the process cannot be started.
 */
export async function runTestFile(file: string, options: TestFileOptions): Promise<Counts> {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-counts-'));
  const mark = basename(folder);
  const counted = join(folder, 'counts.json');
  const reporters = [
    ['--test-reporter=spec', '--test-reporter-destination=stdout'],
    [
      `--test-reporter=${join(import.meta.dirname, 'count-reporter.mjs')}`,
      `--test-reporter-destination=${counted}`,
    ],
  ];
  const child = spawn(
    process.execPath,
    ['--test', '--test-isolation=none', '--test-force-exit', ...reporters.flat(), file],
    {
      cwd: options.root,
      env: { ...process.env, ...options.env, [MARK]: mark, FORCE_COLOR: process.stdout.isTTY ? '1' : '0' },
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    },
  );
  // A group of its own also hears no Ctrl-C.
  const endWithUs = () => endGroup(child);
  process.once('exit', endWithUs);
  const name = relative(options.root, file);
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => options.onOutput(text));
  }
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    endGroup(child);
  }, options.timeoutMs);
  const ended = once(child, 'exit').finally(() => {
    clearTimeout(timer);
    process.off('exit', endWithUs);
  });
  const [code] = await ended.catch(async (error: unknown) => {
    await rm(folder, { recursive: true, force: true });
    throw error;
  });
  endGroup(child);
  await Promise.race([once(child, 'close'), sleep(DRAIN_MS)]);
  child.stdout.destroy();
  child.stderr.destroy();
  await endMarked(mark);
  const counts = await readCounts(counted);
  await rm(folder, { recursive: true, force: true });
  if (late) options.onOutput(`✖ ${name} did not end within ${options.timeoutMs / 1000} s\n`);
  // A file that crashed, or that has no test, must not read as green.
  if (
    counts === null ||
    (code !== 0 && counts.failed === 0) ||
    counts.passed + counts.failed + counts.skipped === 0
  ) {
    options.onOutput(`✖ ${name} ended with code ${code}\n`);
    return { passed: counts?.passed ?? 0, failed: (counts?.failed ?? 0) + 1, skipped: counts?.skipped ?? 0 };
  }
  return counts;
}

function endGroup({ pid }: ChildProcess): void {
  if (pid !== undefined) endProcess(-pid);
}

async function readCounts(path: string): Promise<Counts | null> {
  try {
    const { tests, passed, skipped, todo } = JSON.parse(await readFile(path, 'utf8'));
    return { passed, failed: tests - passed - skipped - todo, skipped: skipped + todo };
  } catch {
    return null;
  }
}

/** Ends what started process groups of its own, such as a service under test. Nothing on systems without /proc. */
async function endMarked(mark: string): Promise<void> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '');
    if (environment.split('\0').includes(`${MARK}=${mark}`)) endProcess(Number(pid));
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}
