import { useSyncExternalStore } from 'react';

/** The place in the console: segments of the hash path and its query. */
export interface Route {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

/** Reads `#/works/work_1?tab=x`. A hash is used so that any static server can serve the console. */
export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#\/?/, '').split('?');
  return { path: path.split('/').filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
}

function subscribe(listener: () => void): () => void {
  addEventListener('hashchange', listener);
  return () => removeEventListener('hashchange', listener);
}

/** The current route; the component renders again when it changes. */
export function useRoute(): Route {
  const hash = useSyncExternalStore(subscribe, () => location.hash);
  return parseRoute(hash);
}

/** The hash link to a place in the console. */
export function to(...path: string[]): string {
  return `#/${path.map(encodeURIComponent).join('/')}`;
}

/** Goes to a place in the console. */
export function go(...path: string[]): void {
  location.hash = to(...path);
}
