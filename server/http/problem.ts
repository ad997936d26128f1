import type { z } from 'zod';
import { describeIssue, describeIssues } from '../domain/describe-issues.ts';
import { ColophonError, InputError, InternalError, problemEntry } from '../errors.ts';

/** An RFC 9457 problem document, as it goes over the wire. */
export interface ProblemDocument {
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly code: string;
  readonly retryable: boolean;
  readonly location?: string;
  readonly requestId?: string;
  readonly [extra: string]: unknown;
}

/** The one mapping from errors to problem documents. What we did not raise on purpose tells nothing of itself. */
export function toProblem(error: unknown, requestId?: string): ProblemDocument {
  const known = asColophonError(error);
  const { title } = problemEntry(known.code);
  return {
    ...known.extra,
    type: `urn:colophon:problem:${known.code}`,
    title,
    status: known.status,
    detail: known.message,
    code: known.code,
    retryable: known.retryable,
    ...(known.location === undefined ? {} : { location: known.location }),
    ...(requestId === undefined ? {} : { requestId }),
  };
}

/** Translates anything thrown. Errors of body parsers are the caller's; the rest is ours. */
export function asColophonError(error: unknown): ColophonError {
  if (error instanceof ColophonError) return error;
  const type = typeof error === 'object' && error !== null && 'type' in error ? String(error.type) : '';
  if (type === 'entity.too.large') {
    return new InputError('body_too_large', 'the JSON body is larger than the limit', { cause: error });
  }
  if (type === 'entity.parse.failed') {
    return new InputError('invalid_request', 'the body is not JSON', { cause: error });
  }
  if (type === 'request.aborted') {
    return new InputError('upload_incomplete', 'the request ended before its body', { cause: error });
  }
  if (type.startsWith('entity.') || type.startsWith('encoding.') || type.startsWith('charset.')) {
    return new InputError('invalid_request', 'the body cannot be read', { cause: error });
  }
  if (error instanceof URIError) {
    return new InputError('invalid_request', 'the path is not well encoded', { cause: error });
  }
  return new InternalError('internal', 'something went wrong on our side; the log has the details', {
    cause: error,
  });
}

/** Parses a part of a request. Throws `invalid_request`: a sentence for people, and `errors` with each field for programs. */
export function parsePart<T>(schema: z.ZodType<T>, value: unknown, where: string): T {
  // PostgreSQL has no text with U+0000; it would come back as a failure of ours.
  if (hasNul(value)) throw new InputError('invalid_request', 'no text may hold the character U+0000');
  const result = schema.safeParse(value ?? {}, { error: describeIssue });
  if (result.success) return result.data;
  throw new InputError('invalid_request', describeIssues(result.error, value), {
    extra: {
      errors: result.error.issues.map((issue) => ({
        where,
        field: issue.path.join('.'),
        detail: issue.message,
      })),
    },
  });
}

function hasNul(value: unknown): boolean {
  if (typeof value === 'string') return value.includes('\0');
  return typeof value === 'object' && value !== null && Object.values(value).some(hasNul);
}
