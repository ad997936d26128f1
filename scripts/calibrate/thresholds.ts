/** Share of strangers that may reach `copy`; the strangers of a suite are a sample, the highest of them no limit. */
const FALSE_ALARMS = 0.005;
/** The highest tenth of the strangers is taken as a tail that falls off exponentially. */
const TAIL = 0.1;

/**
 * Where `copy` begins, in the unit of the scores given (log odds): above every stranger seen, and where an exponential tail through
 * the highest tenth of them leaves a share of `FALSE_ALARMS`. Throws `RangeError` for fewer than ten scores.
 */
export function copyLevel(strangers: readonly number[]): number {
  const sorted = [...strangers].sort((a, b) => b - a);
  if (sorted.length < 10) throw new RangeError('ten strangers at least are needed to say where copies begin');
  const count = Math.max(5, Math.floor(TAIL * sorted.length));
  const tail = sorted.slice(0, count);
  const base = sorted[count]!;
  const excess = tail.reduce((sum, score) => sum + score - base, 0) / count;
  const beyond = base + excess * Math.log(count / sorted.length / FALSE_ALARMS);
  return Math.max(sorted[0]!, beyond);
}
