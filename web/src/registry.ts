import { useEffect } from 'react';
import { getJson } from './api/client.ts';
import { asProblem, type Problem } from './api/problem.ts';
import type { Registry } from './api/types.ts';
import { createStore, useStore } from './store.ts';

/** The registry's public facts, and whether the service answers at all. */
export const registry = createStore<{ readonly facts: Registry | null; readonly problem: Problem | null }>({
  facts: null,
  problem: null,
});

async function refresh(): Promise<void> {
  try {
    registry.set({ facts: await getJson<Registry>('registry'), problem: null });
  } catch (error) {
    registry.set({ facts: registry.get().facts, problem: asProblem(error) });
  }
}

/** Keeps the registry's facts fresh while the console is open; used once, by the frame. */
export function useRegistryRefresh(): void {
  useEffect(() => {
    void refresh();
    const timer = setInterval(() => void refresh(), 20_000);
    const now = () => void refresh();
    addEventListener('online', now);
    addEventListener('offline', now);
    return () => {
      clearInterval(timer);
      removeEventListener('online', now);
      removeEventListener('offline', now);
    };
  }, []);
}

/** The registry's facts as last read. */
export function useRegistry() {
  return useStore(registry);
}
