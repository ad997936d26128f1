import type { ChildProcess } from 'node:child_process';
import { type StartProcess, startProcess } from './start-process.ts';

/**
 * So long after the last one that was taken has ended others are started: to start a process stops this one, too, for as long
 * as its memory takes to be mapped again, a tenth of a second where a large index is held.
 */
const REST_MS = 5_000;

/** Processes that have started before anybody needs them; each has seen no file yet. */
export interface SpareProcesses {
  /** One that has started, or a new one where none is left. The caller ends it. */
  readonly take: StartProcess;
  /** Ends those that nobody took. */
  close(): void;
}

/**
 * Keeps `counts` processes of each program ready: a check of a film needs six, which take two seconds of processor time to
 * start, as much as everything else for a film of ten seconds. Each holds some 20 MB.
 */
export function keepSpareProcesses(
  counts: Readonly<Record<string, number>>,
  restMs = REST_MS,
  start: StartProcess = startProcess,
): SpareProcesses {
  const spares = new Map<string, ChildProcess[]>();
  const fill = () => {
    for (const [program, count] of Object.entries(counts)) {
      const ready = (spares.get(program) ?? []).filter((child) => child.connected);
      spares.set(program, ready);
      while (ready.length < count) {
        try {
          ready.push(detached(start(program)));
        } catch {
          // Without memory for another process none is kept; who needs one is told.
          return;
        }
      }
    }
  };
  let taken = 0;
  let rest: NodeJS.Timeout | null = null;
  // Waits for nobody: it must not keep the service alive.
  const fillSoon = () => {
    rest = setTimeout(fill, restMs).unref();
  };
  const note = (child: ChildProcess) => {
    taken++;
    if (rest) clearTimeout(rest);
    child.once('close', () => {
      taken--;
      if (taken === 0 && !isClosed) fillSoon();
    });
    return child;
  };
  let isClosed = false;
  fillSoon();
  return {
    take(program) {
      const child = spares.get(program)?.find(({ connected }) => connected);
      if (!child) return note(start(program));
      spares.set(
        program,
        spares.get(program)!.filter((other) => other !== child),
      );
      child.ref();
      child.channel?.ref();
      return note(child);
    },
    close() {
      isClosed = true;
      if (rest) clearTimeout(rest);
      for (const ready of spares.values()) for (const child of ready) child.kill('SIGKILL');
      spares.clear();
    },
  };
}

/** Does not keep this process alive while it waits. */
function detached(child: ChildProcess): ChildProcess {
  child.unref();
  child.channel?.unref();
  return child;
}
