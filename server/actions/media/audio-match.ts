import type { WorkId } from '../../domain/ids.ts';
import type { Match, MatchReason, MatchSegment, Policy, Stretch } from '../../domain/match.ts';
import {
  type AudioCalibration,
  decideAudio,
  explainSound,
  type JudgedSound,
  type JudgedSoundWork,
} from '../../pipeline/decide/audio/index.ts';
import type { AudioSegmentMatch, AudioWorkMatch } from '../../pipeline/match/audio/index.ts';
import { frameMatch } from './frame-match.ts';

/** Reasons told of one match; the segments have all of it. */
const REASONS = 3;

/** Claims of matching with their probabilities, in the words of all media; weak segments are dropped. */
export function judgeAudio(
  claims: readonly AudioWorkMatch[],
  policy: Policy,
  calibration: AudioCalibration,
): Match[] {
  return decideAudio(claims, policy, calibration).matches.map(toMatch);
}

/** The match of a file with the work that has its very bytes. */
export function sameAudio(workId: WorkId, durationMs: number): Match {
  const all = toStretch({ startMs: 0, endMs: durationMs });
  const detail = 'the files are the same, byte for byte';
  const segment: MatchSegment = {
    query: all,
    work: all,
    track: 'sound',
    similarity: 1,
    probability: 1,
    speed: 1,
    mirrored: false,
    transform: null,
    isExact: true,
    explanation: detail,
  };
  return {
    ...frameMatch('audio', workId, segment),
    reasons: [{ kind: 'exact', detail }],
    segments: [segment],
  };
}

function toMatch({ workId, probability, segments }: JudgedSoundWork<AudioSegmentMatch>): Match {
  const told = segments.map(toSegment);
  const best = told.find((segment) => segment.probability === probability)!;
  // The best segment stands for the match where a match has room for one.
  return {
    ...frameMatch('audio', workId, best),
    reasons: segments.slice(0, REASONS).map(toReason),
    segments: told,
  };
}

function toSegment(segment: JudgedSound<AudioSegmentMatch>): MatchSegment {
  return {
    query: toStretch(segment.query),
    work: toStretch(segment.work),
    track: 'sound',
    similarity: segment.evidence.similarity,
    probability: segment.probability,
    speed: segment.speed,
    mirrored: false,
    transform: null,
    isExact: segment.isExact,
    explanation: explainSound(segment),
  };
}

function toReason(segment: JudgedSound<AudioSegmentMatch>): MatchReason {
  const { support, windows } = segment.evidence;
  return { kind: 'time', track: 'sound', agreeing: support, samples: windows, detail: explainSound(segment) };
}

function toStretch({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): Stretch {
  return { kind: 'time', startMs, endMs, firstFrame: null, lastFrame: null, box: null };
}
