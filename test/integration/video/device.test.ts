import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { AVPixelFormat } from 'node-av/constants';
import {
  AV_LOG_QUIET,
  AV_PIX_FMT_NV12,
  AV_PIX_FMT_P010LE,
  AV_PIX_FMT_YUV420P10LE,
  SWS_POINT,
} from 'node-av/constants';
import { Frame, Log, SoftwareScaleContext } from 'node-av/lib';
import { createFrameScaler } from '../../../server/media/video/frame-scaler.ts';
import {
  createNodeAvVideoDecoder,
  type DeviceType,
  requireDevice,
} from '../../../server/media/video/index.ts';
import { openTrack } from '../../../server/media/video/open-track.ts';
import { DEFAULT_VIDEO_LIMITS, type VideoSample } from '../../../server/pipeline/decode/video/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const folder = makeFolder();
const at = (name: string) => join(folder, name);
const PLAN = { perSecond: 2, cuts: true, keyFrameGapMs: 600 };
const RANGES = [{ startMs: 400, endMs: 1_200, side: 48, maxFrames: 100 }];
/** A device of another system. */
const ABSENT: DeviceType = process.platform === 'darwin' ? 'd3d11va' : 'videotoolbox';
let film = '';

before(() => {
  Log.setLevel(AV_LOG_QUIET);
  film = writeClip(at('film.mp4'), { frames: 75, options: { preset: 'veryfast' } }, (i, w, h) =>
    drawScene(1, i / 25, w, h),
  );
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

function put(name: string, body: string): string {
  writeFileSync(at(name), body);
  return at(name);
}

test('a device that cannot be opened, and one whose driver crashes, is a problem', async () => {
  await assert.rejects(requireDevice(ABSENT), (error: Error & { code?: string }) => {
    assert.equal(error.code, 'provider_unavailable');
    assert.match(error.message, new RegExp(`${ABSENT} here: no ${ABSENT} device can be opened`));
    return true;
  });
  const crash = put('crash.mjs', "process.on('message', () => process.kill(process.pid, 'SIGSEGV'));");
  await assert.rejects(requireDevice('cuda', crash), { code: 'provider_unavailable', message: /SIGSEGV/ });
});

test('where the device fails the same comes by software, and that is told', async (t) => {
  const told: unknown[] = [];
  const software = createNodeAvVideoDecoder();
  const onDevice = createNodeAvVideoDecoder({ device: ABSENT, onDeviceFailure: (error) => told.push(error) });
  const source = { path: film };
  const expected = await collect(software.sample(source, PLAN));
  assert.deepEqual(await collect(onDevice.sample(source, { ...PLAN, onDevice: true })), expected);
  assert.equal(told.length, 1);
  const readers = [software.openClips(), onDevice.openClips()] as const;
  t.after(() => {
    for (const reader of readers) reader.close();
  });
  const [clips, same] = await Promise.all(readers.map((reader) => reader.readClips(source, RANGES)));
  assert.deepEqual(same, clips);
  assert.equal(told.length, 2);
  // The reader does not try again.
  await readers[1].readClips(source, RANGES);
  assert.equal(told.length, 2);
});

/** Replies as the decoding process does; crashes in the middle of a task that names a device. */
const FRAGILE = `
const picture = { width: 1, height: 1, data: new Uint8Array(3) };
process.on('message', (task) => {
  if (task === 'read') return;
  if (task.kind === 'frames') {
    process.send({ kind: 'frame', sample: { timeMs: 'device' in task ? -1 : 7, cause: 'clock', ...picture } });
  } else for (const [i, timeMs] of [0, 500, 1000, 1500].entries()) {
    if (task.device && i === 2) { setTimeout(() => process.kill(process.pid, 'SIGSEGV'), 200); return; }
    if (task.kind === 'sample') process.send({ kind: 'sample', sample: { timeMs, cause: task.device ?? 'clock', ...picture } });
    else process.send({ kind: 'clip', clip: { width: 1, height: 1, frames: [{ timeMs, data: new Uint8Array([task.device ? 1 : 2]) }] } });
  }
  process.send({ kind: 'done', cpuMs: 1 });
});`;

test('a crash in the middle gives every sample and every stretch once', async () => {
  const told: unknown[] = [];
  const decoder = createNodeAvVideoDecoder({
    device: 'cuda',
    childPath: put('fragile.mjs', FRAGILE),
    onDeviceFailure: (error) => told.push(error),
  });
  const samples = await collect<VideoSample>(decoder.sample({ path: film }, { ...PLAN, onDevice: true }));
  assert.deepEqual(
    samples.map(({ timeMs, cause }) => `${timeMs} ${cause}`),
    ['0 cuda', '500 cuda', '1000 clock', '1500 clock'],
  );
  const reader = decoder.openClips();
  const clips = await reader.readClips({ path: film }, RANGES);
  reader.close();
  assert.deepEqual(
    clips.map(({ frames: [frame] }) => `${frame!.timeMs} ${frame!.data[0]}`),
    ['0 1', '500 1', '1000 2', '1500 2'],
  );
  assert.equal(told.length, 2);
});

test('what is recorded or claimed is never decoded on the device', async () => {
  const decoder = createNodeAvVideoDecoder({ device: 'cuda', childPath: put('fragile.mjs', FRAGILE) });
  const samples = await collect<VideoSample>(decoder.sample({ path: film }, PLAN));
  assert.deepEqual([...new Set(samples.map(({ cause }) => cause))], ['clock']);
  const [frame] = await decoder.readFrames({ path: film }, [7], 48);
  assert.equal(frame!.timeMs, 7);
});

test('frames in the forms that devices give scale to the same pixels', () => {
  const ten = { frames: 5, codec: 'libx265', pixelFormat: AV_PIX_FMT_YUV420P10LE as never };
  const path = writeClip(at('ten.mp4'), ten, (i, w, h) => drawScene(2, i / 25, w, h));
  for (const [file, form] of [
    [film, AV_PIX_FMT_NV12],
    [path, AV_PIX_FMT_P010LE],
  ] as const) {
    for (const channels of [1, 3] as const) {
      const track = openTrack(file, DEFAULT_VIDEO_LIMITS);
      const decoder = track.openDecoder();
      using frame = new Frame();
      frame.alloc();
      while (decoder.receiveFrameSync(frame) < 0) {
        const result = track.input.readFrameSync(track.packet);
        decoder.sendPacketSync(result < 0 ? null : track.packet);
        track.packet.unref();
      }
      using packed = convert(frame, form);
      const scaler = createFrameScaler(track.info, 0, 64, channels);
      assert.deepEqual(scaler.scale(packed), scaler.scale(frame));
      scaler.close();
      track.close();
    }
  }
});

function convert(frame: Frame, form: AVPixelFormat): Frame {
  const { width, height } = frame;
  const scaler = new SoftwareScaleContext();
  scaler.getContext(width, height, frame.format as AVPixelFormat, width, height, form, SWS_POINT);
  const packed = new Frame();
  packed.alloc();
  packed.width = width;
  packed.height = height;
  packed.format = form;
  packed.getBuffer();
  scaler.scaleFrameSync(packed, frame);
  scaler.freeContext();
  packed.copyProps(frame);
  return packed;
}
