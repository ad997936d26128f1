/**
 * Memory for a long film: `node scripts/bench/video-long.ts [--minutes 120] [--json FILE]`. Writes a film of drawn scenes
 * (a new one every few seconds, 160 × 90, key frames every 2 s), fingerprints it as a check would (pictures only),
 * with the small pictures that a check keeps, and prints the highest resident memory of this process (network included)
 * and of the decoding process, and the time that it took.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { openModel } from '../../server/inference/open-model.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/index.ts';
import { createThumbnails, decodeVideo, planSampling } from '../../server/pipeline/decode/video/index.ts';
import { fingerprintVideo } from '../../server/pipeline/fingerprint/video/index.ts';
import { COMPARED_SIDE } from '../../server/pipeline/match/video/index.ts';
import { defaultModel } from './default-model.ts';
import { makeRandom } from './text-random.ts';
import { openVideoWriter } from './video-writer.ts';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '120' },
    json: { type: 'string' },
    /** Writes the film and no more: what that takes is not what is measured. */
    'only-write': { type: 'boolean', default: false },
  },
});
Log.setLevel(AV_LOG_ERROR);
const SIZE = { width: 160, height: 90, fps: 12, gop: 24 };
const PAGE_BYTES = 4096;

const path = filmPath(Number(values.minutes));
if (!existsSync(path)) {
  if (values['only-write']) {
    writeFilm(path, Number(values.minutes));
    process.exit();
  }
  const args = [import.meta.filename, '--minutes', values.minutes, '--only-write'];
  const { status } = spawnSync(process.execPath, args, { stdio: 'inherit' });
  if (status !== 0) throw new Error(`the film was not written: ${status}`);
}
const model = await openModel(await defaultModel());
const decoder = createNodeAvVideoDecoder();
const { durationMs } = await decoder.probe({ path });
let ownMb = 0;
let childMb = 0;
const watch = setInterval(() => {
  ownMb = Math.max(ownMb, process.memoryUsage.rss() / 2 ** 20);
  childMb = Math.max(childMb, ...childrenOf(process.pid).map(residentMb));
}, 100);
const from = performance.now();
const sampled = createThumbnails(COMPARED_SIDE);
const frames = sampled.keep(decodeVideo({ path }, decoder, planSampling(durationMs, 'check')));
const { print, parts } = await fingerprintVideo(frames, durationMs, model.embedder, { parts: true });
clearInterval(watch);
const row = {
  minutes: durationMs / 60_000,
  stretches: print.spans.length,
  parts: parts.length,
  seconds: (performance.now() - from) / 1000,
  peakOwnMb: Math.round(ownMb),
  peakDecoderMb: Math.round(childMb),
};
console.log(row);
if (values.json) writeFileSync(values.json, `${JSON.stringify(row, null, 2)}\n`);
await model.close();

function filmPath(minutes: number): string {
  const folder = join(tmpdir(), 'colophon-bench-media');
  mkdirSync(folder, { recursive: true });
  return join(folder, `film-${minutes}.mp4`);
}

function writeFilm(file: string, minutes: number): void {
  const random = makeRandom(3);
  const writer = openVideoWriter(file, { ...SIZE, options: { preset: 'ultrafast', crf: '30' } });
  const { width, height } = SIZE;
  let scene: Uint8Array = new Uint8Array(0);
  let until = 0;
  for (let i = 0; i < minutes * 60 * SIZE.fps; i++) {
    if (i >= until) {
      scene = drawBlocks();
      until = i + SIZE.fps * (2 + random.below(7));
    }
    // The picture moves: every second shows something new.
    const shift = 3 * (i % width);
    const data = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      const row = scene.subarray(3 * y * width, 3 * (y + 1) * width);
      data.set(row.subarray(shift), 3 * y * width);
      data.set(row.subarray(0, shift), 3 * (y + 1) * width - shift);
    }
    writer.write(data);
  }
  writer.close();

  function drawBlocks(): Uint8Array {
    const colours = Array.from({ length: 60 }, () => [0, 1, 2].map(() => random.below(256)));
    const out = new Uint8Array(width * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        const colour = colours[(Math.floor(x / 16) + 10 * Math.floor(y / 15)) % colours.length]!;
        for (let c = 0; c < 3; c++) out[3 * (y * width + x) + c] = colour[c]!;
      }
    }
    return out;
  }
}

function childrenOf(pid: number): number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8')
        .trim()
        .split(/\s+/)
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return []; // not Linux
  }
}

function residentMb(pid: number): number {
  try {
    return (Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]) * PAGE_BYTES) / 2 ** 20;
  } catch {
    return 0;
  }
}
