import { useCallback, useEffect, useState } from 'react';
import { useStore } from '../store.ts';
import { asProblem, type Problem } from './problem.ts';
import { apiKey } from './session.ts';

/** What a component knows of something it loads. The last value stays visible while a reload fails. */
export interface Resource<T> {
  readonly value: T | null;
  readonly problem: Problem | null;
  readonly loading: boolean;
  reload(): void;
}

/**
 * Loads a value, and again every `everyMs` as long as `isMoving` says that it still changes.
 * `load` must be stable between renders (useCallback).
 */
export function useResource<T>(
  load: (signal: AbortSignal) => Promise<T>,
  options: { isMoving?: (value: T) => boolean; everyMs?: number } = {},
): Resource<T> {
  const [value, setValue] = useState<T | null>(null);
  const [problem, setProblem] = useState<Problem | null>(null);
  const [loading, setLoading] = useState(true);
  const [turn, setTurn] = useState(0);
  const key = useStore(apiKey);
  const { isMoving, everyMs = 2000 } = options;

  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` and `key` are what makes it load again.
  useEffect(() => {
    const stop = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const again = () => {
      timer = setTimeout(run, everyMs);
    };
    const run = () => {
      load(stop.signal).then(
        (next) => {
          if (stop.signal.aborted) return;
          setValue(next);
          setProblem(null);
          setLoading(false);
          if (isMoving?.(next)) again();
        },
        (error: unknown) => {
          if (stop.signal.aborted) return;
          const failure = asProblem(error);
          setProblem(failure);
          setLoading(false);
          if (failure.retryable && isMoving) again();
        },
      );
    };
    setLoading(true);
    run();
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [load, turn, key, everyMs]);

  const reload = useCallback(() => setTurn((last) => last + 1), []);
  return { value, problem, loading, reload };
}
