import assert from 'node:assert/strict';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { AV_LOG_QUIET, AV_PIX_FMT_YUV420P10LE, AV_PIX_FMT_YUVJ420P } from 'node-av/constants';
import { Log } from 'node-av/lib';
import type { WriterOptions } from '../../../scripts/bench/video-writer.ts';
import { createNodeAvVideoDecoder } from '../../../server/media/video/node-av-video-decoder.ts';
import type { SampleTimes } from '../../../server/media/video/sample-track.ts';
import type { DecodedFrame, SamplingPlan } from '../../../server/pipeline/decode/video/index.ts';
import { DEFAULT_VIDEO_LIMITS, decodeVideo } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const decoder = createNodeAvVideoDecoder();
const PLAN: SamplingPlan = { perSecond: 2, cuts: true, keyFrameGapMs: 600 };
const at = (name: string) => join(folder, name);
const scene = (frame: number, width: number, height: number) => drawScene(1, frame / 25, width, height);
let plain = '';

async function decodeAll(path: string, plan = PLAN, limits = DEFAULT_VIDEO_LIMITS): Promise<DecodedFrame[]> {
  const frames: DecodedFrame[] = [];
  for await (const frame of decodeVideo({ path }, decoder, plan, limits)) frames.push(frame);
  return frames;
}

before(() => {
  Log.setLevel(AV_LOG_QUIET);
  plain = writeClip(at('plain.mp4'), { frames: 75 }, scene);
});
const clips = decoder.openClips();
const { readClips } = clips;
after(() => {
  clips.close();
  rmSync(folder, { recursive: true, force: true });
});

test('samples by the clock, in order, each once', async () => {
  const frames = await decodeAll(plain);
  assert.equal(frames.length, 6);
  for (const [i, frame] of frames.entries())
    assert.ok(Math.abs(frame.timeMs - 500 * i) <= 45, `${frame.timeMs}`);
  assert.deepEqual([frames[0]!.raster.width, frames[0]!.raster.height], [160, 90]);
  assert.ok(frames.every(({ mark }) => mark === 'new'));
});

test('takes the cut of a scene besides', async () => {
  const path = at('cut.mp4');
  writeClip(path, { frames: 75, gop: 50, options: { preset: 'veryfast' } }, (i, w, h) =>
    drawScene(i < 58 ? 1 : 2, i / 25, w, h),
  );
  const times = (await decodeAll(path, { ...PLAN, perSecond: 1 })).map(({ timeMs }) => Math.round(timeMs));
  assert.ok(times.includes(2_320), times.join(' '));
});

test('key frames alone give the same pictures where they stand densely', async () => {
  const path = writeClip(at('dense.mp4'), { frames: 75, gop: 12 }, scene);
  const sparse = await decodeAll(path);
  const exact = await decodeAll(path, { ...PLAN, keyFrameGapMs: 0 });
  assert.ok(Math.abs(sparse.length - exact.length) <= 1, `${sparse.length} ${exact.length}`);
});

const QUIET: SamplingPlan = {
  perSecond: 1,
  cuts: true,
  keyFrameGapMs: 2_100,
  quiet: { leastMs: 1_000, gapMs: 5_000 },
};

/** A group of ten seconds, and one of three that shows that key frames may stand early. */
const BEFORE = 325;

/** Whole seconds sampled of 21 s with a key frame every ten, after some that go before, and what the sampler counted. */
async function quietSeconds(
  name: string,
  draw: typeof scene,
  plan = QUIET,
  encoder: Partial<WriterOptions> = {},
) {
  let counted: SampleTimes | undefined;
  let end: unknown;
  const counting = createNodeAvVideoDecoder({ onTimes: (times) => (counted = times) });
  const path = writeClip(
    at(name),
    {
      frames: BEFORE + 525,
      gop: 250,
      keyFrames: [BEFORE],
      options: { preset: 'veryfast', sc_threshold: '0' },
      ...encoder,
    },
    (i, w, h) => draw(i - BEFORE, w, h),
  );
  const sampled: number[] = [];
  for await (const { timeMs } of counting.sample(
    { path },
    plan,
    DEFAULT_VIDEO_LIMITS,
    (told) => (end = told),
  ))
    sampled.push(Math.round(timeMs / 1000) - BEFORE / 25);
  assert.equal(end, null, 'what is passed over counts as readable');
  assert.equal(sampled.filter((second) => second < 0).length, BEFORE / 25);
  return { seconds: sampled.filter((second) => second >= 0), ...counted! };
}

test('of a quiet group the rest is passed over where the plan allows it, and counted', async () => {
  const quiet = await quietSeconds('quiet.mp4', (i, w, h) => drawScene(1, i / 100, w, h));
  assert.deepEqual(quiet.seconds, [0, 1, 2, 3, 4, 5, 10, 11, 12, 13, 14, 15, 20]);
  assert.deepEqual([quiet.fullGroups, quiet.quietGroups], [5, 2]);
  const { quiet: _, ...plan } = QUIET;
  const whole = await quietSeconds('whole.mp4', (i, w, h) => drawScene(1, i / 100, w, h), plan);
  assert.deepEqual(
    whole.seconds,
    Array.from({ length: 21 }, (_, second) => second),
  );
  assert.equal(whole.quietGroups, 0);
});

test('a group is sampled up to what is cut in it: three seconds of something else, an inset', async () => {
  const clip = await quietSeconds('clip.mp4', (i, w, h) =>
    drawScene(i >= 140 && i < 215 ? 2 : 1, i / 100, w, h),
  );
  assert.deepEqual(clip.seconds.slice(0, 11), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 'the last cut is at 8.6 s');
  assert.deepEqual(clip.seconds.slice(11), [11, 12, 13, 14, 15, 20]);
  const inset = await quietSeconds('inset.mp4', (i, w, h) => {
    const data = drawScene(1, i / 100, w, h);
    const small = drawScene(2, i / 100, w * 0.6, h * 0.6);
    for (let y = 0; i >= 190 && y < h * 0.6; y++)
      data.set(small.subarray(3 * y * w * 0.6, 3 * (y + 1) * w * 0.6), 3 * ((y + 8) * w + 8));
    return data;
  });
  assert.deepEqual(inset.seconds.slice(0, 10), [0, 1, 2, 3, 4, 5, 6, 7, 8, 10], 'it appears at 7.6 s');
});

test('a codec that hides frames in its packets is sampled to the end', async () => {
  const { seconds, quietGroups } = await quietSeconds(
    'hidden.webm',
    (i, w, h) => drawScene(1, i / 100, w, h),
    QUIET,
    {
      codec: 'libvpx-vp9',
      options: { deadline: 'realtime', 'cpu-used': '8', 'auto-alt-ref': '1' },
    },
  );
  assert.ok(seconds.length >= 21, seconds.join(' '));
  assert.equal(quietGroups, 0);
});

test('reads every frame of a window, grey, with exact times', async () => {
  const [clip, tail] = await readClips({ path: plain }, [
    { startMs: 1_000, endMs: 1_400, side: 48, maxFrames: 100 },
    { startMs: 2_600, endMs: 9_000, side: 48, maxFrames: 4 },
  ]);
  assert.deepEqual(
    clip!.frames.map(({ timeMs }) => Math.round(timeMs)),
    [1000, 1040, 1080, 1120, 1160, 1200, 1240, 1280, 1320, 1360],
  );
  assert.deepEqual([clip!.width, clip!.height, clip!.frames[0]!.data.length], [48, 27, 48 * 27]);
  assert.equal(tail!.frames.length, 4);
});

test('a rough window has every frame that others refer to, and no other', async () => {
  const path = writeClip(at('rough.mp4'), { frames: 75, options: { preset: 'veryfast' } }, scene);
  const range = { startMs: 400, endMs: 2_400, side: 48, maxFrames: 100 };
  const [whole, rough] = await readClips({ path }, [range, { ...range, isRough: true }]);
  const times = whole!.frames.map(({ timeMs }) => timeMs);
  assert.equal(times.length, 50);
  assert.ok(rough!.frames.length >= 12 && rough!.frames.length <= 40, `${rough!.frames.length}`);
  for (const { timeMs, data } of rough!.frames)
    assert.deepEqual(data, whole!.frames[times.indexOf(timeMs)]?.data, `${timeMs}`);
});

test('marks still and blank stretches, and takes bars off', async () => {
  const path = at('still.mp4');
  writeClip(path, { frames: 100, height: 120 }, (i, w) => {
    const data = new Uint8Array(w * 120 * 3);
    // Two seconds without movement, then two of black; bars of 15 lines.
    if (i < 50) data.set(drawScene(3, 0, w, 90), w * 15 * 3);
    return data;
  });
  const frames = await decodeAll(path);
  assert.deepEqual(frames.map(({ mark }) => mark).join(' '), 'new still still still blank blank blank blank');
  const { content } = frames[0]!;
  assert.ok(
    Math.abs(content.y - 0.125) < 0.02 && Math.abs(content.height - 0.75) < 0.03,
    JSON.stringify(content),
  );
});

test('variable frame rate keeps its times', async () => {
  const ticks = (i: number) => 1000 * (i < 20 ? i : 20 + 5 * (i - 20));
  const path = writeClip(at('vfr.mkv'), { frames: 30 }, scene, ticks);
  const [clip] = await readClips({ path }, [{ startMs: 0, endMs: 9_000, side: 48, maxFrames: 100 }]);
  const times = clip!.frames.map(({ timeMs }) => Math.round(timeMs));
  assert.deepEqual(times.slice(18, 23), [720, 760, 800, 1000, 1200]);
});

test('a reader of clips goes on in one process, in order, also after a file that cannot be read', async () => {
  let started = 0;
  const counting = createNodeAvVideoDecoder({ onTaskCpuMs: (ms) => (started += ms > 0 ? 1 : 0) });
  const reader = counting.openClips();
  const request = [{ startMs: 400, endMs: 800, side: 48, maxFrames: 100 }];
  writeFileSync(at('garbage.mp4'), 'nothing');
  const [first, broken, second] = await Promise.allSettled([
    reader.readClips({ path: plain }, request),
    reader.readClips({ path: at('garbage.mp4') }, request),
    reader.readClips({ path: plain }, request),
  ]);
  reader.close();
  assert.equal(broken.status === 'rejected' && broken.reason.code, 'unsupported_media');
  assert.deepEqual(
    first.status === 'fulfilled' && first.value,
    second.status === 'fulfilled' && second.value,
  );
  assert.equal(first.status === 'fulfilled' && first.value[0]!.frames.length, 10);
  assert.equal(started, 2);
  await assert.rejects(reader.readClips({ path: plain }, request), { code: 'internal' });
});

test('a raw stream without timestamps is numbered by its frame rate', async () => {
  const path = writeClip(at('raw.h264'), { frames: 50 }, scene);
  const frames = await decodeAll(path);
  assert.ok(
    frames.length >= 3 && frames.at(-1)!.timeMs >= 1_000,
    frames.map(({ timeMs }) => timeMs).join(' '),
  );
});

test('10-bit pictures come as 8-bit ones', async () => {
  const options = { frames: 30, codec: 'libx265', pixelFormat: AV_PIX_FMT_YUV420P10LE as never };
  const path = writeClip(at('ten.mp4'), options, scene);
  const [frame] = await decodeAll(path);
  const same = (await decodeAll(plain))[0]!;
  let off = 0;
  for (const [i, value] of frame!.raster.data.entries()) off += Math.abs(value - same.raster.data[i]!);
  assert.ok(off / frame!.raster.data.length < 8, `${off / frame!.raster.data.length}`);
});

test('rotated phone video is set upright', async () => {
  const bytes = readFileSync(plain);
  // The display matrix of the track header (`tkhd`): 90° clockwise instead of none.
  const header = bytes.indexOf('tkhd');
  const matrix = [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000];
  for (const [i, value] of matrix.entries()) bytes.writeInt32BE(value, header + 4 + 4 + 20 + 8 + 8 + 4 * i);
  writeFileSync(at('turned.mp4'), bytes);
  const { raster } = (await decodeAll(at('turned.mp4')))[0]!;
  assert.deepEqual([raster.width, raster.height], [90, 160]);
  const upright = (await decodeAll(plain))[0]!.raster;
  const pixel = (r: typeof raster, x: number, y: number) => [
    ...r.data.subarray(3 * (y * r.width + x), 3 * (y * r.width + x) + 3),
  ];
  // Turned clockwise, the left bottom corner comes to the left top.
  for (const [i, value] of pixel(raster, 2, 2).entries()) {
    assert.ok(
      Math.abs(value - pixel(upright, 2, 87)[i]!) < 12,
      `${pixel(raster, 2, 2)} ${pixel(upright, 2, 87)}`,
    );
  }
});

test('a video of one frame, and a still image as a video', async () => {
  const one = await decodeAll(writeClip(at('one.mp4'), { frames: 1 }, scene));
  assert.deepEqual(
    one.map(({ mark }) => mark),
    ['new'],
  );
  const options = { frames: 1, codec: 'mjpeg', pixelFormat: AV_PIX_FMT_YUVJ420P as never };
  // Without an extension, as the content store names files.
  renameSync(writeClip(at('picture.jpg'), options, scene), at('picture'));
  assert.equal((await decodeAll(at('picture'))).length, 1);
});

test('a truncated file gives what it has', async () => {
  const fast = writeClip(at('whole.mkv'), { frames: 75 }, scene);
  const bytes = readFileSync(fast);
  writeFileSync(at('cut-off.mkv'), bytes.subarray(0, Math.floor(bytes.length / 2)));
  const frames = await decodeAll(at('cut-off.mkv'));
  assert.ok(frames.length >= 2 && frames.length < 6, `${frames.length}`);
});
