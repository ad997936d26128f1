import type { Digest } from '../../../domain/digest.ts';
import type { Vector } from '../../../domain/fingerprint.ts';
import type { Embedder } from '../embedder.ts';
import { EMBED_SIDE } from '../embedder.ts';
import { resample } from '../resample.ts';
import { summarize } from '../summarize.ts';
import { projectFeatures } from '../vector.ts';
import { poolParts } from './pool-parts.ts';
import type { FrameInput, PartPrint, SpanPrint, VideoPrint, VideoQueryPrint } from './video-print.ts';

/** Frames that wait for one run of the network. */
const BATCH = 8;

/** How a video is fingerprinted. */
export interface FingerprintVideoOptions {
  /** Also see parts of every frame (queries): finds picture-in-picture. */
  readonly parts?: boolean;
  /** Called with every stretch as soon as its frame was embedded, in order. */
  readonly onStretch?: (stretch: FoundStretch) => void;
  /** Called with the time reached, for progress. */
  readonly onProgress?: (timeMs: number) => void;
}

/** What is known of a stretch before its end is. */
export interface FoundStretch {
  readonly startMs: number;
  readonly vector: Vector;
  /** Of parts of its frame, where those are seen. */
  readonly parts: readonly Vector[];
}

/**
 * Second stage for video: judged frames to stretches with code and vector. Still frames lengthen the stretch before
 * them, blank ones end it; neither is embedded. `durationMs` may be 0 when the container does not say.
 * Throws what the frames' source and `embedder.embed` throw.
 */
export async function fingerprintVideo(
  frames: AsyncIterable<FrameInput>,
  durationMs: number,
  embedder: Embedder,
  options: FingerprintVideoOptions = {},
): Promise<VideoQueryPrint> {
  const starts: { startMs: number; code: Digest; vector: Int8Array }[] = [];
  const ends: number[] = [];
  const parts: PartPrint[] = [];
  let waiting: { timeMs: number; frame: FrameInput }[] = [];
  let isOpen = false;
  let lastMs = 0;
  let gapMs = 0;
  const flush = async () => {
    const pixels = waiting.map(({ frame }) => resample(frame.raster, frame.content, EMBED_SIDE));
    const embeddings = await embedder.embed(pixels);
    for (const [i, embedding] of embeddings.entries()) {
      const { timeMs, frame } = waiting[i]!;
      const seen: Vector[] = [];
      if (options.parts) {
        const { content } = frame;
        for (const { box, vector } of poolParts(embedding.features, embedder.head)) {
          const x = content.x + box.x * content.width;
          const y = content.y + box.y * content.height;
          const within = { x, y, width: box.width * content.width, height: box.height * content.height };
          parts.push({ span: starts.length, box: within, vector });
          seen.push(vector);
        }
      }
      const projected = projectFeatures(embedding.features, embedder.head);
      starts.push({ startMs: timeMs, ...projected });
      options.onStretch?.({ startMs: timeMs, vector: projected.vector, parts: seen });
    }
    waiting = [];
  };
  let count = 0;
  for await (const frame of frames) {
    const timeMs = Math.round(frame.timeMs);
    gapMs = Math.max(1, timeMs - lastMs);
    lastMs = timeMs;
    if (isOpen) ends[count - 1] = timeMs;
    if (frame.mark === 'blank') isOpen = false;
    if (frame.mark === 'new') {
      count++;
      isOpen = true;
      waiting.push({ timeMs, frame });
    }
    if (waiting.length >= BATCH) await flush();
    options.onProgress?.(timeMs);
  }
  if (waiting.length > 0) await flush();
  const endMs = Math.max(Math.round(durationMs), lastMs + gapMs);
  if (isOpen) ends[count - 1] = endMs;
  const spans = starts.map((start, i) => ({ ...start, endMs: Math.max(start.startMs, ends[i]!) }));
  return { print: makePrint(spans, endMs, embedder.modelDigest), parts };
}

function makePrint(spans: readonly SpanPrint[], durationMs: number, modelDigest: Digest): VideoPrint {
  const lowInformation = spans.length === 0;
  const whole = lowInformation ? null : summarize(spans);
  return { medium: 'video', modelDigest, durationMs, lowInformation, whole, spans };
}
