export { filmLeaves, pictureLeaves } from './film-leaves.ts';
export type { FingerprintVideoOptions, FoundStretch } from './fingerprint-video.ts';
export { fingerprintVideo } from './fingerprint-video.ts';
export { poolParts } from './pool-parts.ts';
export type { FrameInput, PartPrint, SpanPrint, VideoPrint, VideoQueryPrint } from './video-print.ts';
export { decodeVideoPrint, encodeVideoPrint } from './video-print-codec.ts';
export { leavesWithin, videoFingerprintRoot, videoLeaves, videoSegments } from './video-segments.ts';
