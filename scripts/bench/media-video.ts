/**
 * The video part of `bench:media`: seconds of video fingerprinted a second on one core, by stage, for 240p, 720p and
 * 1080p H.264, as a check of a long film samples it. `node scripts/bench/media-video.ts [--json FILE] [--model DIR] [--seconds N]`.
 *
 * Counted is processor time of all threads and of the decoding process (not its start), so that other work on the
 * machine does not change the figures; on an idle core it is the time that passes.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { openModel } from '../../server/inference/open-model.ts';
import { createNodeAvVideoDecoder } from '../../server/media/video/node-av-video-decoder.ts';
import type { SampleTimes } from '../../server/media/video/sample-track.ts';
import { decodeVideo, planSampling } from '../../server/pipeline/decode/video/index.ts';
import { fingerprintVideo } from '../../server/pipeline/fingerprint/video/index.ts';
import { defaultModel } from './default-model.ts';
import { sample } from './video-edits.ts';
import { loadClip } from './video-frames.ts';
import { openVideoWriter } from './video-writer.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    model: { type: 'string' },
    media: { type: 'string', default: '../shared/media/video' },
    seconds: { type: 'string', default: '12' },
  },
});
Log.setLevel(AV_LOG_ERROR);
/**
 * The source is animation at 720p; 1080p is enlarged from it. Key frames every 2 s and 10 s, wherever the picture is cut
 * (streaming, encoders in hardware), and every 10 s at most and at each cut (x264's default).
 */
const SOURCE = 'Zulko-94e32370.webm';
const SIZES = [
  { name: '240p', width: 426, height: 240 },
  { name: '720p', width: 1280, height: 720 },
  { name: '1080p', width: 1920, height: 1080 },
];
const WARM_UP = 3;
const KEY_FRAMES = [
  { gapS: 2, atCuts: false },
  { gapS: 10, atCuts: false },
  { gapS: 10, atCuts: true },
];
const LONG_MS = 600_000;
const PLAN = planSampling(LONG_MS, 'check');

const model = await openModel(values.model ?? (await defaultModel()));
const rows = [];
for (const { name, width, height } of SIZES) {
  for (const { gapS, atCuts } of KEY_FRAMES) {
    const path = makeVideo({ name, width, height, gapS, atCuts });
    let times: SampleTimes | undefined;
    const decoder = createNodeAvVideoDecoder({ onTimes: (said) => (times = said) });
    const { durationMs } = await decoder.probe({ path });
    const run = () => fingerprintVideo(decodeVideo({ path }, decoder, PLAN), durationMs, model.embedder);
    // A running service has compiled its code.
    for (let i = 0; i < WARM_UP; i++) await run();
    const before = process.cpuUsage();
    const mainBefore = process.threadCpuUsage();
    const { print } = await run();
    const all = process.cpuUsage(before);
    const main = process.threadCpuUsage(mainBefore);
    const mainMs = (main.user + main.system) / 1000;
    const stages = {
      decode: times!.decodeMs,
      sample: times!.scaleMs + mainMs,
      embed: (all.user + all.system) / 1000 - mainMs,
    };
    const totalMs = stages.decode + stages.sample + stages.embed;
    rows.push({
      name,
      gapS,
      atCuts,
      samples: print.spans.length,
      durationMs,
      stages,
      timesRealTime: durationMs / totalMs,
    });
    const per = (ms: number) => ((1000 * ms) / durationMs).toFixed(2).padStart(6);
    console.log(
      `${name.padEnd(6)} key frame every ${String(gapS).padStart(2)} s${atCuts ? ' and at cuts' : ''}: ${(durationMs / totalMs).toFixed(0).padStart(4)} × real time` +
        `   ms a second: decode ${per(stages.decode)}  sample ${per(stages.sample)}  embed ${per(stages.embed)}` +
        `   (${print.spans.length} stretches of ${(durationMs / 1000).toFixed(1)} s)`,
    );
  }
}
await model.close();
if (values.json)
  writeFileSync(
    values.json,
    `${JSON.stringify({ plan: PLAN, model: values.model ?? 'newest', rows }, null, 2)}\n`,
  );

/** What is written: a size, and where key frames stand. */
interface Kind {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly gapS: number;
  readonly atCuts: boolean;
}

function makeVideo({ name, width, height, gapS, atCuts }: Kind): string {
  const folder = join(tmpdir(), 'colophon-bench-media');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, `${name}-${gapS}s${atCuts ? '-cuts' : '-fixed'}-${values.seconds}.mp4`);
  if (existsSync(path)) return path;
  const clip = loadClip(join(values.media, SOURCE), Math.min(width, 1280));
  const writer = openVideoWriter(path, {
    width,
    height,
    fps: clip.fps,
    gop: Math.round(gapS * clip.fps),
    options: { preset: 'veryfast', crf: '23', ...(atCuts ? {} : { sc_threshold: '0' }) },
  });
  for (const picture of clip.frames.slice(0, Number(values.seconds) * clip.fps)) {
    const area = { x: 0, y: 0, width: picture.width, height: picture.height };
    writer.write(picture.width === width ? picture.data : sample(picture, area, width, height).data);
  }
  writer.close();
  return path;
}
