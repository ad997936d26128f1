const WHEN = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' });

/** A point in time, in UTC because a claim's time has no place. Takes ISO text or Unix seconds. */
export function formatTime(at: string | number): string {
  const date = typeof at === 'number' ? new Date(at * 1000) : new Date(at);
  return Number.isNaN(date.getTime()) ? String(at) : `${WHEN.format(date)} UTC`;
}

/** `1.4 MB`. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB'];
  let value = bytes / 1000;
  let unit = 0;
  for (; value >= 1000 && unit < units.length - 1; unit++) value /= 1000;
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/** `0x1234…cdef`: enough to recognise, never to compare. */
export function shorten(hex: string, keep = 6): string {
  return hex.length <= 2 * keep + 3 ? hex : `${hex.slice(0, keep + 2)}…${hex.slice(-keep)}`;
}

/** A probability as a whole percentage that never rounds up to certainty. */
export function formatShare(share: number): string {
  const percent = share * 100;
  if (percent > 99 && percent < 100) return '>\u00a099\u00a0%';
  if (percent > 0 && percent < 1) return '<\u00a01\u00a0%';
  return `${Math.round(percent)}\u00a0%`;
}

/** A clause as a sentence: a capital in front, a full stop behind. A name such as `model@1` or `video/mp4` in front stays as it is. */
export function sentence(text: string): string {
  const first = /^[\w-]+[@/]/.test(text) ? text.charAt(0) : text.charAt(0).toUpperCase();
  return `${first}${text.slice(1)}${/[.!?]$/.test(text) ? '' : '.'}`;
}
