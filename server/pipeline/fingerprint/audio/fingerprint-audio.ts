import type { Digest } from '../../../domain/digest.ts';
import { AUDIO_RATE } from '../../decode/audio/index.ts';
import { projectExactly } from '../project.ts';
import { summarize } from '../summarize.ts';
import type { AudioEmbedder } from './audio-embedder.ts';
import type { AudioPrint, AudioQueryPrint, AudioWindow, FineWindow } from './audio-print.ts';
import { createLevelMeter, HOP_SAMPLES } from './levels.ts';
import { FRAME_SAMPLES } from './power-spectrum.ts';
import { SKETCH_BANDS, sketchFrame } from './sketch.ts';
import { FRAME_MS, WINDOW_FRAMES, WINDOW_MS, WINDOW_STEP_MS, windowPixels } from './window-pixels.ts';

/** Frames between the windows of a print, and between those of a query (128 ms). */
const STEP_FRAMES = WINDOW_STEP_MS / FRAME_MS;
const FINE_FRAMES = 8;
const WINDOW_SAMPLES = (WINDOW_FRAMES - 1) * HOP_SAMPLES + FRAME_SAMPLES;
/** Windows in one run of the network. */
const BATCH = 32;
const SKETCH_BLOCK = 4096;

/** How sound is fingerprinted. */
export interface FingerprintAudioOptions {
  /** Also take windows every 128 ms (queries). */
  readonly fine?: boolean;
  /** Called with the time reached, for progress. */
  readonly onProgress?: (timeMs: number) => void;
}

/**
 * Second stage for audio: samples (8 kHz, 16 bits, one channel) to windows with code and vector. Silent windows are
 * left out. Sound shorter than a window is filled up with silence. Memory grows with the print only, about 1.1 kB a
 * second. Throws what the samples' source and `embedder.embed` throw.
 */
export async function fingerprintAudio(
  samples: AsyncIterable<Int16Array>,
  embedder: AudioEmbedder,
  options: FingerprintAudioOptions = {},
): Promise<AudioQueryPrint> {
  const meter = createLevelMeter();
  const windows: AudioWindow[] = [];
  const fine: FineWindow[] = [];
  const sketch = makeSketchList();
  const step = options.fine ? FINE_FRAMES : STEP_FRAMES;
  let waiting: { frame: number; pixels: Uint8Array }[] = [];
  /** The last frames; the newest is number `count - 1`. */
  let held: Uint16Array[] = [];
  let count = 0;
  let total = 0;

  const onFrame = (levels: Uint16Array) => {
    held.push(levels);
    if (count % 2 === 1) sketch.add(sketchFrame(held.at(-2)!, levels));
    count++;
    const first = count - WINDOW_FRAMES;
    if (first >= 0 && first % step === 0) {
      const pixels = windowPixels(held, held.length - WINDOW_FRAMES);
      if (pixels) waiting.push({ frame: first, pixels });
      // What no later window needs; cut rarely, since cutting copies.
      if (held.length > 4 * WINDOW_FRAMES) held = held.slice(-WINDOW_FRAMES);
    }
  };
  const flush = async () => {
    const batch = waiting;
    waiting = [];
    const features = await embedder.embed(batch.map(({ pixels }) => pixels));
    for (const [i, { code, vector }] of projectExactly(features, embedder.head).entries()) {
      const { frame } = batch[i]!;
      const startMs = frame * FRAME_MS;
      if (options.fine) fine.push({ startMs, code, vector });
      if (frame % STEP_FRAMES === 0) windows.push({ startMs, endMs: startMs + WINDOW_MS, code, vector });
    }
  };
  for await (const piece of samples) {
    total += piece.length;
    meter.push(piece, onFrame);
    while (waiting.length >= BATCH) await flush();
    options.onProgress?.(Math.round((total * 1000) / AUDIO_RATE));
  }
  if (total > 0 && total < WINDOW_SAMPLES) meter.push(new Int16Array(WINDOW_SAMPLES - total), onFrame);
  if (waiting.length > 0) await flush();
  const durationMs = Math.round((total * 1000) / AUDIO_RATE);
  return { print: makePrint(windows, durationMs, sketch.bytes(), embedder.modelDigest), fine };
}

function makePrint(
  windows: readonly AudioWindow[],
  durationMs: number,
  sketch: Uint8Array,
  modelDigest: Digest,
): AudioPrint {
  const lowInformation = windows.length === 0;
  const whole = lowInformation ? null : summarize(windows);
  return { medium: 'audio', modelDigest, durationMs, lowInformation, whole, windows, sketch };
}

function makeSketchList() {
  const blocks: Uint8Array[] = [];
  let used = SKETCH_BLOCK;
  return {
    add(frame: Uint8Array) {
      if (used === SKETCH_BLOCK) {
        blocks.push(new Uint8Array(SKETCH_BLOCK));
        used = 0;
      }
      blocks.at(-1)!.set(frame, used);
      used += SKETCH_BANDS;
    },
    bytes(): Uint8Array {
      const out = new Uint8Array(Math.max(0, (blocks.length - 1) * SKETCH_BLOCK + used));
      for (const [i, block] of blocks.entries()) {
        const part = out.length - i * SKETCH_BLOCK;
        out.set(part < SKETCH_BLOCK ? block.subarray(0, part) : block, i * SKETCH_BLOCK);
      }
      return blocks.length === 0 ? new Uint8Array(0) : out;
    },
  };
}
