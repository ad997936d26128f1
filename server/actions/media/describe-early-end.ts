import type { EarlyEnd } from '../../domain/media.ts';

/** For a person: how much of the file is there. */
export function describeEarlyEnd({ declaredMs, reachedMs, track }: EarlyEnd): string {
  const seconds = (ms: number) => (ms / 1000).toFixed(1);
  const stated = track === 'sound' ? 's of sound that it says it has' : 's that it says it lasts';
  return `the file is cut off or damaged: of the ${seconds(declaredMs)} ${stated}, ${seconds(reachedMs)} s can be read`;
}
