import type { WorkId } from '../../domain/ids.ts';
import type { Match, MatchReason, MatchSegment, Policy, Stretch } from '../../domain/match.ts';
import { WHOLE } from '../../domain/media.ts';
import {
  decideVideo,
  explainSegment,
  type JudgedWork,
  VIDEO_CALIBRATION,
} from '../../pipeline/decide/video/index.ts';
import type { VideoSegmentMatch, VideoStretch, VideoWorkMatch } from '../../pipeline/match/video/index.ts';
import { frameMatch } from './frame-match.ts';

/** Frames a second of the query and of the works; 0 when unknown. */
export interface FrameRates {
  readonly query: number;
  readonly works: ReadonlyMap<WorkId, number>;
}

/** Reasons told of one match; the segments have all of it. */
const REASONS = 3;

/** Claims of matching with their probabilities, in the words of all media; weak segments are dropped. */
export function judgeVideo(claims: readonly VideoWorkMatch[], policy: Policy, rates: FrameRates): Match[] {
  const { matches } = decideVideo(claims, policy, VIDEO_CALIBRATION);
  return matches.map((match) => toMatch(match, rates));
}

/** The match of a file with the work that has its very bytes. */
export function sameVideo(workId: WorkId, durationMs: number): Match {
  const all: Stretch = {
    kind: 'time',
    startMs: 0,
    endMs: durationMs,
    firstFrame: null,
    lastFrame: null,
    box: WHOLE,
  };
  const detail = 'the files are the same, byte for byte';
  const segment: MatchSegment = {
    query: all,
    work: all,
    track: 'picture',
    similarity: 1,
    probability: 1,
    speed: 1,
    mirrored: false,
    transform: { a: 1, b: 0, c: 0, d: 0, e: 1, f: 0 },
    isExact: true,
    explanation: detail,
  };
  return {
    ...frame(workId, segment),
    reasons: [{ kind: 'exact', detail }],
    segments: [segment],
  };
}

function toMatch(judged: JudgedWork<VideoSegmentMatch>, rates: FrameRates): Match {
  const { workId, probability } = judged;
  const segments = judged.segments.map(
    (segment): MatchSegment => ({
      query: toStretch(segment.query, segment.isExact, rates.query),
      work: toStretch(segment.work, segment.isExact, rates.works.get(workId) ?? 0),
      track: 'picture',
      similarity: segment.evidence.similarity,
      probability: segment.probability,
      speed: segment.speed,
      mirrored: segment.mirrored,
      transform: segment.transform,
      isExact: segment.isExact,
      explanation: explainSegment(segment),
    }),
  );
  const at = judged.segments.findIndex((segment) => segment.probability === probability);
  const best = judged.segments[at]!;
  return {
    ...frame(workId, segments[at]!),
    queryBox: best.query.box,
    workBox: best.work.box,
    reasons: judged.segments.slice(0, REASONS).map(toReason),
    segments,
  };
}

/** The best segment stands for the match where a match has room for one. */
function frame(workId: WorkId, best: MatchSegment) {
  return { ...frameMatch('video', workId, best), transform: best.transform, mirrored: best.mirrored };
}

function toReason(segment: JudgedWork<VideoSegmentMatch>['segments'][number]): MatchReason {
  const { support, samples } = segment.evidence;
  return { kind: 'time', track: 'picture', agreeing: support, samples, detail: explainSegment(segment) };
}

/** Frames are counted at the file's mean rate; where it varies, the times are what holds. */
function toStretch({ startMs, endMs, box }: VideoStretch, isExact: boolean, frameRate: number): Stretch {
  const known = isExact && frameRate > 0;
  const firstFrame = known ? Math.round((startMs * frameRate) / 1000) : null;
  const lastFrame = known ? Math.max(firstFrame!, Math.round((endMs * frameRate) / 1000) - 1) : null;
  return { kind: 'time', startMs, endMs, firstFrame, lastFrame, box };
}
