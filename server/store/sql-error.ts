import { ColophonError, InternalError, UpstreamError } from '../errors.ts';

// Classes of https://www.postgresql.org/docs/current/errcodes-appendix.html
const NO_ANSWER = /^(08|57P)/;
const NO_SPACE = '53100';
const NO_CONNECTION = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ETIMEDOUT',
]);

/**
 * Translates what a driver throws. Our own errors pass; no answer becomes `database_unavailable` and no space
 * `disk_full`, both worth another try; everything else is a mistake of ours: `internal`, `cause` kept.
 */
export function translateSqlError(error: unknown): ColophonError {
  if (error instanceof ColophonError) return error;
  const code = codeOf(error);
  const message = error instanceof Error ? error.message : String(error);
  if (code === NO_SPACE || code === 'ENOSPC' || /no space left/i.test(message)) {
    return new UpstreamError('disk_full', 'the database has no space left', { cause: error });
  }
  if (NO_ANSWER.test(code) || NO_CONNECTION.has(code) || /connection terminated|is closed/i.test(message)) {
    return new UpstreamError('database_unavailable', `the database does not answer: ${message}`, {
      cause: error,
    });
  }
  return new InternalError('internal', `the database refused a statement: ${message}`, { cause: error });
}

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null || !('code' in error)) return '';
  return String(error.code);
}
