import type { Box, Raster } from '../../../domain/media.ts';
import { WHOLE } from '../../../domain/media.ts';
import { isLowInformation } from '../low-information.ts';
import { findContentBox, joinBoxes } from './content-box.ts';
import type { SamplingPlan, VideoDecoder, VideoLimits, VideoSample, VideoSource } from './video-decoder.ts';
import { DEFAULT_VIDEO_LIMITS } from './video-decoder.ts';

/** What a sampled frame shows: something new, the same as the one before, or nothing. */
export type FrameMark = 'new' | 'still' | 'blank';

/** A sampled frame, judged. */
export interface DecodedFrame {
  readonly timeMs: number;
  readonly raster: Raster;
  /** The picture inside its bars. */
  readonly content: Box;
  readonly mark: FrameMark;
}

/** Samples that are looked at together: bars must hold for all of them. All that is held in memory. */
const BATCH = 16;
const SIGNATURE_SIDE = 24;
/** Mean difference of grey values under which a frame repeats the one before. */
const STILL_DIFFERENCE = 0.8;

/**
 * Denser sampling for shorter videos, whose copied stretches are short; a constant rate from ten minutes on. Key
 * frames alone serve where they are at most `keyFrameGapMs` apart.
 */
export function planSampling(durationMs: number): SamplingPlan {
  if (durationMs > 0 && durationMs <= 120_000) return { perSecond: 3, cuts: true, keyFrameGapMs: 340 };
  if (durationMs > 0 && durationMs <= 600_000) return { perSecond: 2, cuts: true, keyFrameGapMs: 750 };
  return { perSecond: 1, cuts: true, keyFrameGapMs: 2_100 };
}

/** First stage for video: the file to judged sample frames, in order, in constant memory. Throws as the decoder does. */
export async function* decodeVideo(
  source: VideoSource,
  decoder: VideoDecoder,
  plan: SamplingPlan,
  limits: VideoLimits = DEFAULT_VIDEO_LIMITS,
): AsyncGenerator<DecodedFrame> {
  let batch: VideoSample[] = [];
  const judge = makeJudge();
  for await (const sample of decoder.sample(source, plan, limits)) {
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
    const blanks = samples.map(({ raster }) => isLowInformation(raster));
    const content = joinBoxes(
      samples.filter((_, i) => !blanks[i]).map(({ raster }) => findContentBox(raster)),
    );
    for (const [i, { timeMs, raster }] of samples.entries()) {
      if (blanks[i]) {
        last = null;
        yield { timeMs, raster, content: WHOLE, mark: 'blank' };
        continue;
      }
      const signature = signatureOf(raster);
      const isStill = last !== null && meanDifference(signature, last) < STILL_DIFFERENCE;
      // Compared with the last new frame, so that slow changes add up to one.
      if (!isStill) last = signature;
      yield { timeMs, raster, content, mark: isStill ? 'still' : 'new' };
    }
  };
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
