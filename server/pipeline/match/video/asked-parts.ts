/** Shorter films are asked about as a whole. */
const SHORT_MS = 100_000;
/** Films longer than this are sampled once a second or less. */
const LONG_MS = 300_000;
const STEP_MS = 600;
const LONG_STEP_MS = 3_000;

/**
 * Of which stretches the index is asked for parts of the frame, told in order of time: there are seven to a frame, and an
 * inset stays for longer than the steps that are left out. `durationMs` is the length of the film.
 */
export function createPartFilter(durationMs: number): (startMs: number) => boolean {
  const stepMs = durationMs > LONG_MS ? LONG_STEP_MS : durationMs > SHORT_MS ? STEP_MS : 0;
  let dueMs = Number.NEGATIVE_INFINITY;
  return (startMs) => {
    if (startMs < dueMs) return false;
    dueMs = startMs + stepMs;
    return true;
  };
}
