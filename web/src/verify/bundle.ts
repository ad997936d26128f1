import { Problem } from '../api/problem.ts';

/** Reads a dropped file as a proof bundle; what it claims is checked later. */
export function readBundle(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw notABundle('The file is not JSON.');
  }
  if (bundleKind(value) === null) throw notABundle('The file is JSON, but not a proof of Colophon.');
  return value;
}

/** What a bundle speaks of, or null when it is none. */
export function bundleKind(value: unknown): 'work' | 'evidence' | null {
  if (typeof value !== 'object' || value === null) return null;
  const { type, kind } = value as { type?: unknown; kind?: unknown };
  return type === 'colophon.proof' && (kind === 'work' || kind === 'evidence') ? kind : null;
}

function notABundle(detail: string): Problem {
  return new Problem({ code: 'invalid_bundle', title: 'This is no proof bundle', detail });
}
