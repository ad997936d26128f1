export { findContentBox, joinBoxes } from './content-box.ts';
export type { DecodedFrame, FrameMark, SamplingPurpose } from './decode-video.ts';
export { decodeVideo, planSampling } from './decode-video.ts';
export type { Thumbnails } from './thumbnails.ts';
export { createThumbnails } from './thumbnails.ts';
export type {
  ClipReader,
  ClipRequest,
  GrayClip,
  GrayFrame,
  QuietGroups,
  SampleCause,
  SamplingPlan,
  VideoDecoder,
  VideoInfo,
  VideoLimits,
  VideoSample,
  VideoSource,
} from './video-decoder.ts';
export { DEFAULT_VIDEO_LIMITS, SAMPLE_SIDE } from './video-decoder.ts';
