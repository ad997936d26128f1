/** Something to run that belongs to a suite. */
export interface LaneTask {
  readonly suite: string;
  run(): Promise<void>;
}

/**
 * Runs tasks in their order, `lanes` of them side by side, and of one suite at most as many as `mostOf` says: while a
 * suite whose files must follow each other takes one lane, others use the rest. Rejects with the first task that does, when
 * those that run beside it have ended.
 */
export async function runInLanes(
  tasks: readonly LaneTask[],
  lanes: number,
  mostOf: (suite: string) => number,
): Promise<void> {
  const queue = [...tasks];
  const running = new Set<LaneTask>();
  const isFree = ({ suite }: LaneTask) =>
    [...running].filter((other) => other.suite === suite).length < mostOf(suite);
  const lane = async () => {
    for (;;) {
      const next = queue.findIndex(isFree);
      if (next < 0) return;
      const [task] = queue.splice(next, 1);
      running.add(task!);
      try {
        await task!.run();
      } finally {
        running.delete(task!);
      }
    }
  };
  // A lane ends when nothing is free for it; what is left is for the lane that runs its suite.
  const ended = await Promise.allSettled(Array.from({ length: lanes }, lane));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed) throw failed.reason;
}
