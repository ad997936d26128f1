import type { LeafPrint } from '../../domain/fingerprint.ts';
import type { Match, Policy } from '../../domain/match.ts';
import type { EarlyEnd } from '../../domain/media.ts';
import { InputError, InternalError } from '../../errors.ts';
import type { ClaimedPair, MadePrint, MediaFile, MediumPath, ReportShare } from './medium-path.ts';

/** Work on the sound of a film that is done while its pictures are worked on. */
export interface Alongside<T> {
  readonly result: Promise<T>;
  /** How much of it is done, 0…1. Throws what it failed with: then the pictures need not go on. */
  share(): number;
  /** Nobody waits for it any more: it ends at the next sign of progress. */
  leave(): void;
}

/** Starts such work; a failure is for who asks how much is done, or waits for the result. */
export function alongside<T>(work: (report: ReportShare) => Promise<T>): Alongside<T> {
  let share = 0;
  let isLeft = false;
  let failure: { readonly error: unknown } | null = null;
  const result = work((done) => {
    if (isLeft) throw new InternalError('internal', 'the pictures of the film have failed');
    share = done;
  });
  result.catch((error: unknown) => {
    failure = { error };
  });
  return {
    result,
    share() {
      if (failure) throw failure.error;
      return share;
    },
    leave: () => {
      isLeft = true;
    },
  };
}

/**
 * A film whose sound cannot be decoded is a film without sound. One whose sound ran into a limit is not: its record would
 * be without it for ever.
 */
export async function hear(
  sound: MediumPath,
  file: MediaFile,
  report: ReportShare,
): Promise<MadePrint<LeafPrint> | null> {
  try {
    return await sound.fingerprint(file, report);
  } catch (error) {
    if (error instanceof InputError && error.extra['reason'] !== 'limit') return null;
    throw error;
  }
}

/** What is told of a film whose pictures are whole. */
export function soundEnd(heard: MadePrint<LeafPrint> | null): EarlyEnd | null {
  return heard?.earlyEnd ? { ...heard.earlyEnd, track: 'sound' } : null;
}

/** The pair of a claim about the sound of a film, whose windows have their leaves behind those of its pictures. */
export async function pairOfSound(
  sound: MediumPath,
  file: MediaFile,
  match: Match,
  heard: LeafPrint,
  firstLeaf: number,
  otherwise: ClaimedPair,
): Promise<ClaimedPair> {
  const isComparable = heard.modelDigest === sound.model.digest;
  if (!isComparable || !match.segments.some(({ track }) => track === 'sound')) return otherwise;
  const pair = await sound.pairForClaim(file, match, heard);
  if (pair.suspect === null) return otherwise;
  return { ...pair, workLeaf: firstLeaf + pair.workLeaf - 1, model: sound.model };
}

/** The thresholds of a film: those of its pictures, and beside them those of its sound. */
export function withSound(pictures: Policy, sound: Policy): Policy {
  const { version, copyProbability, reviewProbability } = sound;
  return {
    ...pictures,
    version: `${pictures.version}/${version}`,
    sound: { copyProbability, reviewProbability },
  };
}

/** Of the thresholds of a film those of its sound. */
export function soundOf(policy: Policy): Policy {
  return { ...policy, ...policy.sound };
}
