import type { Box, EarlyEnd, Raster } from '../../../domain/media.ts';
import { WHOLE } from '../../../domain/media.ts';
import { InputError } from '../../../errors.ts';
import { isLowInformation } from '../low-information.ts';
import { findContentBox, joinBoxes } from './content-box.ts';
import type {
  QuietGroups,
  SamplingPlan,
  VideoDecoder,
  VideoLimits,
  VideoSample,
  VideoSource,
} from './video-decoder.ts';
import { DEFAULT_VIDEO_LIMITS } from './video-decoder.ts';

/** What a sampled frame shows: something new, the same as the one before, or nothing. */
export type FrameMark = 'new' | 'still' | 'blank';

/** What frames are sampled for: a film that is registered (and compared), or one that is only compared. */
export type SamplingPurpose = 'work' | 'check';

/** A sampled frame, judged. */
export interface DecodedFrame {
  readonly timeMs: number;
  readonly raster: Raster;
  /** The picture inside its bars. */
  readonly content: Box;
  readonly mark: FrameMark;
}

/** Samples that are looked at together; all that is held in memory. */
const BATCH = 16;
const SIGNATURE_SIDE = 24;
/** Mean difference of grey values under which a frame repeats the one before. */
const STILL_DIFFERENCE = 0.8;
/** … and above which the scene has changed. */
const CUT_DIFFERENCE = 22;
/** Samples on each side that bars must hold for. */
const NEIGHBOURS = 4;

/**
 * Copies of a shot keep two samples at least, and six seconds without one at most: `gapMs`, and up to a second to the last sample
 * before it. Around what matches reading at full rate goes on for eight.
 */
const QUIET: QuietGroups = { leastMs: 1_000, gapMs: 5_000 };

/** Long enough for a few groups of pictures, short enough for what is held of one until its turn. */
const PART_MS = 30_000;

/**
 * Denser sampling for shorter videos, whose copied stretches are short; a constant rate from five minutes on. Key
 * frames alone serve where they are at most `keyFrameGapMs` apart. For a check of a long film the rest of a shot may be passed
 * over; what is registered is seen to its end, since checks to come look for every second of it.
 */
export function planSampling(durationMs: number, purpose: SamplingPurpose = 'work'): SamplingPlan {
  if (durationMs > 0 && durationMs <= 120_000) return { perSecond: 3, cuts: true, keyFrameGapMs: 340 };
  if (durationMs > 0 && durationMs <= 300_000) return { perSecond: 2, cuts: true, keyFrameGapMs: 750 };
  const long = { perSecond: 1, cuts: true, keyFrameGapMs: 2_100 };
  return purpose === 'check' ? { ...long, quiet: QUIET, partMs: PART_MS } : long;
}

/**
 * First stage for video: the file to judged sample frames, in order, in constant memory. Throws as the decoder does;
 * `media_too_large` for a track that turns out longer than its container said. `onEnd` is told after the last frame
 * whether the track ends long before that.
 */
export async function* decodeVideo(
  source: VideoSource,
  decoder: VideoDecoder,
  plan: SamplingPlan,
  limits: VideoLimits = DEFAULT_VIDEO_LIMITS,
  onEnd?: (earlyEnd: EarlyEnd | null) => void,
): AsyncGenerator<DecodedFrame> {
  let batch: VideoSample[] = [];
  const judge = makeJudge();
  for await (const sample of decoder.sample(source, plan, limits, onEnd)) {
    if (sample.timeMs > limits.maxDurationMs)
      throw new InputError('media_too_large', `the video lasts longer than ${limits.maxDurationMs / 1000} s`);
    batch.push(sample);
    if (batch.length < BATCH) continue;
    yield* judge(batch);
    batch = [];
  }
  yield* judge(batch);
}

function makeJudge(): (samples: readonly VideoSample[]) => Generator<DecodedFrame> {
  let last: Uint8Array | null = null;
  return function* (samples) {
    const boxes = samples.map(({ raster }) => (isLowInformation(raster) ? null : findContentBox(raster)));
    const signatures = samples.map(({ raster }) => signatureOf(raster));
    for (const [i, { timeMs, raster }] of samples.entries()) {
      const signature = signatures[i]!;
      if (!boxes[i]) {
        last = null;
        yield { timeMs, raster, content: WHOLE, mark: 'blank' };
        continue;
      }
      const isStill = last !== null && meanDifference(signature, last) < STILL_DIFFERENCE;
      // Compared with the last new frame, so that slow changes add up to one.
      if (!isStill) last = signature;
      yield { timeMs, raster, content: contentAround(i, boxes, signatures), mark: isStill ? 'still' : 'new' };
    }
  };
}

/** Bars stay for a scene, dark corners do not: the box that also holds for the neighbours within the scene. */
function contentAround(at: number, boxes: readonly (Box | null)[], signatures: readonly Uint8Array[]): Box {
  const joined = [boxes[at]!];
  for (const step of [-1, 1]) {
    for (let i = at + step; Math.abs(i - at) <= NEIGHBOURS && i >= 0 && i < boxes.length; i += step) {
      if (meanDifference(signatures[i]!, signatures[i - step]!) > CUT_DIFFERENCE) break;
      const box = boxes[i];
      if (box) joined.push(box);
    }
  }
  return joinBoxes(joined);
}

/** Block means of the green channel, every other pixel. */
function signatureOf({ width, height, data }: Raster): Uint8Array {
  const sums = new Float64Array(SIGNATURE_SIDE * SIGNATURE_SIDE);
  const counts = new Uint32Array(sums.length);
  for (let y = 0; y < height; y += 2) {
    const row = Math.floor((y * SIGNATURE_SIDE) / height) * SIGNATURE_SIDE;
    for (let x = 0; x < width; x += 2) {
      const cell = row + Math.floor((x * SIGNATURE_SIDE) / width);
      sums[cell] = sums[cell]! + data[3 * (y * width + x) + 1]!;
      counts[cell] = counts[cell]! + 1;
    }
  }
  return Uint8Array.from(sums, (sum, i) => Math.round(sum / Math.max(1, counts[i]!)));
}

function meanDifference(a: Uint8Array, b: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!);
  return sum / a.length;
}
