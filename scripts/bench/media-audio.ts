/**
 * The audio part of `bench:media`: seconds of sound fingerprinted a second on one core, by stage, for WAV, MP3 and Opus.
 * `node scripts/bench/media-audio.ts [--json FILE] [--model DIR] [--data DIR] [--seconds N]`.
 *
 * Counted is processor time of all threads and of the decoding process (not its start), so that other work on the
 * machine does not change the figures; on an idle core it is the time that passes.
 */
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { AV_LOG_ERROR } from 'node-av/constants';
import { Log } from 'node-av/lib';
import { openAudioModel } from '../../server/inference/audio/open-audio-model.ts';
import { createNodeAvAudioDecoder } from '../../server/media/audio/node-av-audio-decoder.ts';
import { decodeAudio } from '../../server/pipeline/decode/audio/index.ts';
import { fingerprintAudio } from '../../server/pipeline/fingerprint/audio/index.ts';
import { loadSound, RATE, writeCoded, writeWav } from './audio-sound.ts';
import { defaultAudioModel } from './default-model.ts';

const { values } = parseArgs({
  options: {
    json: { type: 'string' },
    model: { type: 'string' },
    data: { type: 'string', default: join(import.meta.dirname, '../../../shared/media/audio') },
    seconds: { type: 'string', default: '300' },
  },
});
Log.setLevel(AV_LOG_ERROR);
const folder = join(tmpdir(), `colophon-bench-media-audio-${process.pid}`);
mkdirSync(folder, { recursive: true });
const sound = joinClips(Number(values.seconds));
const FILES = [
  { name: 'wav 16 kHz', path: join(folder, 'a.wav'), write: (path: string) => writeWav(path, sound) },
  {
    name: 'mp3 64 kbit/s',
    path: join(folder, 'a.mp3'),
    write: (path: string) => writeCoded(path, sound, 'libmp3lame', 64_000),
  },
  {
    name: 'opus 32 kbit/s',
    path: join(folder, 'a.ogg'),
    write: (path: string) => writeCoded(path, sound, 'libopus', 32_000),
  },
];

const model = await openAudioModel(values.model ?? (await defaultAudioModel()));
const rows = [];
for (const { name, path, write } of FILES) {
  write(path);
  let decodeMs = 0;
  const decoder = createNodeAvAudioDecoder({ onCpuMs: (cpuMs) => (decodeMs = cpuMs) });
  const run = (fine: boolean) => fingerprintAudio(decodeAudio({ path }, decoder), model.embedder, { fine });
  // A running service has compiled its code.
  await run(false);
  for (const fine of [false, true]) {
    const before = process.cpuUsage();
    const mainBefore = process.threadCpuUsage();
    const { print } = await run(fine);
    const all = process.cpuUsage(before);
    const main = process.threadCpuUsage(mainBefore);
    const mainMs = (main.user + main.system) / 1000;
    const stages = { decode: decodeMs, sample: mainMs, embed: (all.user + all.system) / 1000 - mainMs };
    const totalMs = stages.decode + stages.sample + stages.embed;
    const timesRealTime = print.durationMs / totalMs;
    rows.push({ name, query: fine, durationMs: print.durationMs, stages, timesRealTime });
    const per = (ms: number) => ((1000 * ms) / print.durationMs).toFixed(2).padStart(6);
    console.log(
      `${name.padEnd(15)} ${fine ? 'query, every 128 ms' : 'work, every 512 ms '}: ${timesRealTime.toFixed(0).padStart(4)} × real time` +
        `   ms a second: decode ${per(stages.decode)}  levels and head ${per(stages.sample)}  network ${per(stages.embed)}`,
    );
  }
}
await model.close();
rmSync(folder, { recursive: true, force: true });
if (values.json)
  writeFileSync(values.json, `${JSON.stringify({ model: model.card.version, rows }, null, 2)}\n`);

/** Clips of the set one after the other, music first by name, again from the start when they are over. */
function joinClips(seconds: number): Float32Array {
  const files = readdirSync(values.data)
    .filter((file) => file.startsWith('music-'))
    .toSorted();
  const out = new Float32Array(seconds * RATE);
  for (let at = 0, i = 0; at < out.length; i++) {
    const clip = loadSound(join(values.data, files[i % files.length]!)).subarray(0, out.length - at);
    out.set(clip, at);
    at += clip.length;
  }
  return out;
}
