import { createStore } from '../store.ts';

const SLOT = 'colophon.api-key';

/** Who the API key belongs to, as `GET /v1/me` tells. */
export interface Me {
  readonly id: string;
  readonly name: string;
  readonly role: string;
}

/** The API key of this tab. It lives in sessionStorage: closing the tab forgets it. */
export const apiKey = createStore<string | null>(sessionStorage.getItem(SLOT));

/** The owner of the API key, once asked. */
export const me = createStore<Me | null>(null);

/** Keeps a key for this tab, or forgets it. */
export function setApiKey(key: string | null): void {
  if (key === null) sessionStorage.removeItem(SLOT);
  else sessionStorage.setItem(SLOT, key);
  me.set(null);
  apiKey.set(key);
}
