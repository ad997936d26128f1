import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { Verdict } from '../../domain/match.ts';
import { describeEarlyEnd } from './describe-early-end.ts';
import type { MadePrint } from './medium-path.ts';

/** What a file is that has nothing to be compared by. */
const EMPTY = {
  image: 'the picture is blank, or nearly so',
  video: 'the film shows only blank pictures, without sound that can be compared',
  audio: 'the sound is silence, or nearly so',
  text: 'the text says too little',
} as const;

/**
 * The verdict with what it does not hold for: a file that is cut off, and one that has nothing to compare by. Such a file is
 * taken like any other, for its record is of its bytes; only it must not pass for one whose copies will be found.
 */
export function addWarnings(verdict: Verdict, print: MadePrint<LeafPrint>): Verdict {
  const end = print.earlyEnd ? describeEarlyEnd(print.earlyEnd) : null;
  const warnings = [end, describeEmptiness(print)].filter((warning) => warning !== null);
  return warnings.length === 0 ? verdict : { ...verdict, warnings };
}

function describeEmptiness({ medium, lowInformation, sound }: LeafPrint): string | null {
  if (!lowInformation) return null;
  if (sound) return 'the film shows only blank pictures: it is compared by its sound alone';
  return `${EMPTY[medium]}, with nothing to compare it by: only files with the very same bytes are found as copies`;
}
