import type { EarlyEnd } from '../../domain/media.ts';

/** For a person: how much of the file is there. */
export function describeEarlyEnd({ declaredMs, reachedMs }: EarlyEnd): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  return `the file is cut off or damaged: of the ${seconds(declaredMs)} s that it says it lasts, ${seconds(reachedMs)} s can be read`;
}
