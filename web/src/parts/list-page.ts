import type { Page } from '../api/types.ts';

/** Reads one page of a list, whether the service names the array `items` or after the resource. */
export function readPage<T>(name: string, answer: unknown): Page<T> {
  const body = (answer ?? {}) as Record<string, unknown>;
  const items = body['items'] ?? body[name];
  const cursor = body['nextCursor'] ?? body['cursor'];
  return {
    items: Array.isArray(items) ? (items as T[]) : [],
    nextCursor: typeof cursor === 'string' ? cursor : null,
  };
}
