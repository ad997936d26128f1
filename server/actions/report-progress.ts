/** Told which stage begins: `done` of `total` stages are over. */
export type ReportProgress = (stage: string, done: number, total: number) => Promise<void>;
