import type { Writable } from 'node:stream';
import { SingleBar } from 'cli-progress';
import type { JobProgress } from '../domain/job.ts';

/** A line that shows how far a batch of files is, and within a single one its stage: share and time left. */
export interface Progress {
  /** One of the files is under way. */
  report(file: string, progress: JobProgress): void;
  /** One of them has ended. */
  step(file: string): void;
  stop(): void;
}

const STYLE = {
  barCompleteChar: '█',
  barIncompleteChar: '░',
  barsize: 30,
  hideCursor: true,
  clearOnComplete: true,
};

/** A bar on standard error when that is a terminal; silent otherwise, so that logs and `--json` stay clean. */
export function startProgress(
  label: string,
  total: number,
  stream: Writable & { readonly isTTY?: boolean } = process.stderr,
): Progress {
  if (!stream.isTTY || total === 0) return { report() {}, step() {}, stop() {} };
  return total === 1 ? showOne(label, stream) : showMany(label, total, stream);
}

/** The stage of one file; nothing is shown of what is over before there is a report. */
function showOne(label: string, stream: Writable): Progress {
  const format = `${label}, step {step} of {steps}: {stage} {bar} {percentage} %  {left}`;
  const bar = new SingleBar({ ...STYLE, stream: stream as NodeJS.WritableStream, format });
  let isShown = false;
  return {
    report(_file, { stage, done, total, share = 0, leftMs }) {
      const left = leftMs == null ? '' : `${duration(leftMs / 1000)} left`;
      const facts = { step: Math.min(total, done + 1), steps: total, stage, left };
      if (!isShown) bar.start(1, share, facts);
      else bar.update(share, facts);
      isShown = true;
    },
    step() {},
    stop: () => bar.stop(),
  };
}

/** Files that are done, and the shares of those under way. */
function showMany(label: string, total: number, stream: Writable): Progress {
  const startedAt = performance.now();
  let done = 0;
  const shares = new Map<string, number>();
  const format = `${label} {bar} {files}/{total}  {rate}/s  {left} left`;
  const bar = new SingleBar({ ...STYLE, stream: stream as NodeJS.WritableStream, format });
  bar.start(total, 0, { files: 0, rate: '–', left: '–' });
  const show = () => {
    const made = done + [...shares.values()].reduce((sum, share) => sum + share, 0);
    const rate = made / ((performance.now() - startedAt) / 1000);
    const left = made > 0 ? duration((total - made) / rate) : '–';
    bar.update(made, { files: done, rate: rate.toFixed(rate < 10 ? 1 : 0), left });
  };
  return {
    report(file, progress) {
      shares.set(file, Math.min(1, (progress.done + (progress.share ?? 0)) / Math.max(1, progress.total)));
      show();
    },
    step(file) {
      shares.delete(file);
      done++;
      show();
    },
    stop: () => bar.stop(),
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}
