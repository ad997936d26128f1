/** Runs a task when fewer than the gate's number are under way, in the order of the calls. */
export type Gate = <T>(task: () => Promise<T>) => Promise<T>;

/** Makes a gate: at most `most` tasks at once, the others wait. */
export function createGate(most: number): Gate {
  let free = most;
  const waiting: (() => void)[] = [];
  return async (task) => {
    if (free > 0) free--;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await task();
    } finally {
      // Handed on rather than given back: nobody overtakes who waits.
      const next = waiting.shift();
      if (next) next();
      else free++;
    }
  };
}
