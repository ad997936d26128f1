/** Far more often than a process may be silent before it counts as hung. */
const BEAT_MS = 1000;

/** Asked when the process starts: a parent that is gone later has changed by then. */
const PARENT = process.ppid;

/** What a decoding process says where it has nothing else to say. */
export interface Alive {
  readonly kind: 'alive';
}

/**
 * Makes a function for a task that runs in one piece to call all along. It says `alive`, at first at once and then every
 * second, and ends the process with the service: the event `disconnect` would wait for the end of the task, but who the
 * parent is can be asked at any time, and changes when the parent dies.
 */
export function createHeartbeat(send: (message: Alive) => void): () => void {
  let dueAt = 0;
  return () => {
    const now = performance.now();
    if (now < dueAt) return;
    dueAt = now + BEAT_MS;
    if (process.ppid !== PARENT) process.kill(process.pid, 'SIGKILL');
    send({ kind: 'alive' });
  };
}
