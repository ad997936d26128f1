import { SingleBar } from 'cli-progress';

/** A line that shows how far a batch of files is: count, rate and time left. */
export interface Progress {
  step(): void;
  stop(): void;
}

/** A bar on standard error when that is a terminal; silent otherwise, so that logs and `--json` stay clean. */
export function startProgress(label: string, total: number): Progress {
  if (!process.stderr.isTTY || total < 2) return { step() {}, stop() {} };
  const startedAt = performance.now();
  let done = 0;
  const bar = new SingleBar({
    stream: process.stderr,
    format: `${label} {bar} {value}/{total}  {rate}/s  {left} left`,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    clearOnComplete: true,
  });
  bar.start(total, 0, { rate: '–', left: '–' });
  return {
    step() {
      done++;
      const seconds = (performance.now() - startedAt) / 1000;
      const rate = done / seconds;
      bar.update(done, { rate: rate.toFixed(rate < 10 ? 1 : 0), left: duration((total - done) / rate) });
    },
    stop() {
      bar.stop();
    },
  };
}

function duration(seconds: number): string {
  if (seconds < 60) return `${Math.ceil(seconds)} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${Math.ceil(seconds % 60)} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.ceil((seconds % 3600) / 60)} min`;
}
