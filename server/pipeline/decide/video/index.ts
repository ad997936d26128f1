export type { VideoCalibration } from './calibration.ts';
export { segmentFeatures, segmentProbability, VIDEO_CALIBRATION, VIDEO_POLICY } from './calibration.ts';
export type { JudgedSegment, JudgedWork, SegmentClaim, VideoVerdict, WorkClaim } from './claims.ts';
export { decideVideo } from './decide-video.ts';
export { explainSegment, explainVideo } from './explain-video.ts';
