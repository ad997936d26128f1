export { createPartFilter } from './asked-parts.ts';
export { NEIGHBOURS_OF_FRAME } from './choose-works.ts';
export type { MatchVideoDependencies, MatchVideoOptions, MatchVideoQuery } from './match-video.ts';
export { matchVideo } from './match-video.ts';
export { SIDE as COMPARED_SIDE } from './read-frames.ts';
export type { Similarities } from './similarity.ts';
export { compareTracks } from './similarity.ts';
export type {
  FrameHit,
  FrameRange,
  FrameReader,
  FrameSearch,
  GrayFrames,
  SampledFrames,
  Track,
  TrackPart,
  TrackSource,
  TrackSpan,
} from './track.ts';
export type { SegmentEvidence, VideoSegmentMatch, VideoStretch, VideoWorkMatch } from './video-match.ts';
