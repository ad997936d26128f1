import { isSigned } from '../../../server/domain/work.ts';
import type { Work } from '../api/types.ts';
import { formatTime } from './format.ts';

/** When a work was registered; a dash while nobody signed it, or where it was turned away. */
export function registeredTime(work: Pick<Work, 'state' | 'createdAt'>): string {
  return isSigned(work) ? formatTime(work.createdAt) : '–';
}
