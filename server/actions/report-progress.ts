/**
 * Told which stage begins, or how far it is: `done` of `total` stages are over, and `share` (0…1) of this one. Calls
 * within a stage may be dropped when they come too thick.
 */
export type ReportProgress = (stage: string, done: number, total: number, share?: number) => Promise<void>;

/** For a stage that tells its share from the inside; a report that fails is the worker's to notice, not the stage's. */
export function reportShare(report: ReportProgress, stage: string, done: number, total: number) {
  return (share: number): void => {
    report(stage, done, total, Math.min(1, Math.max(0, share))).catch(() => undefined);
  };
}
