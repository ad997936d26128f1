import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { drawSoundMatrix, printToDraw } from '../../../server/actions/media/audio-matrix.ts';
import type { Vector } from '../../../server/domain/fingerprint.ts';
import {
  type AudioPrint,
  decodeAudioPrint,
  encodeAudioPrint,
} from '../../../server/pipeline/fingerprint/audio/index.ts';

const CODE = `0x${'00'.repeat(32)}` as const;
/** A vector that is like no other: one component for each moment. */
const moment = (i: number) => Int8Array.from({ length: 256 }, (_, k) => (k === i ? 100 : 0)) as Vector;

function print(from: number, count: number, stepMs: number): AudioPrint {
  const windows = Array.from({ length: count }, (_, i) => {
    const startMs = i * stepMs;
    return { startMs, endMs: startMs + 1024, code: CODE, vector: moment(from + i) };
  });
  const whole = { code: CODE, vector: moment(0) };
  const durationMs = (count - 1) * stepMs + 1024;
  return {
    medium: 'audio',
    modelDigest: CODE,
    durationMs,
    lowInformation: false,
    whole,
    windows,
    sketch: new Uint8Array(8),
  };
}

test('a copied stretch of sound is a bright line of the very windows that were compared', async () => {
  const { width, height, data } = await drawSoundMatrix(print(20, 10, 512), print(10, 40, 512));
  assert.deepEqual([width, height], [40, 10]);
  for (let y = 0; y < height; y++) {
    const row = [...data.subarray(y * width, (y + 1) * width)];
    const bright = row.flatMap((value, x) => (value === 255 ? [x] : []));
    // Steps of time and windows differ by less than one at the ends.
    assert.ok(bright.length > 0 && bright.every((x) => Math.abs(x - (10 + y)) <= 1), `row ${y}: ${bright}`);
    assert.ok(row.every((value) => value === 0 || value === 255));
  }
});

test('silence between two windows is black', async () => {
  const whole = print(0, 40, 512);
  const work = { ...whole, windows: whole.windows.filter((_, i) => i < 5 || i > 30) };
  const { width, data } = await drawSoundMatrix(work, work);
  const middle = Math.floor(width / 2);
  assert.ok(data.subarray(middle * width, (middle + 1) * width).every((value) => value === 0));
});

test('a check keeps the windows that it searched by, fewer of a long sound, and they can be read again', () => {
  const fine = Array.from({ length: 2000 }, (_, i) => ({
    startMs: 128 * i,
    code: CODE,
    vector: moment(i % 200),
  }));
  const kept = printToDraw({ print: print(0, 10, 512), fine });
  assert.equal(kept.windows.length, 667);
  assert.equal(kept.windows[1]!.startMs, 3 * 128);
  assert.equal(decodeAudioPrint(encodeAudioPrint(kept)).windows.length, 667);
  assert.equal(printToDraw({ print: print(0, 10, 512), fine: fine.slice(0, 80) }).windows.length, 80);
});

test('a side without windows is silent throughout: its picture is black', async () => {
  const sound = print(0, 5, 512);
  const silence = { ...sound, windows: [] };
  for (const [query, work, size] of [
    [silence, silence, [1, 1]],
    [silence, sound, [5, 1]],
    [sound, silence, [1, 5]],
  ] as const) {
    // A loop without end would hold this thread for good, and the test's own timer with it.
    const draw = () => drawSoundMatrix(query, work);
    const { width, height, data } = await runInNewContext('draw()', { draw }, { timeout: 2000 });
    assert.deepEqual([width, height], size);
    assert.ok(data.length === width * height && data.every((value: number) => value === 0));
  }
});

test('others get their turn while a large picture is drawn', async () => {
  let turns = 0;
  let isDrawing = true;
  const takeTurn = () => {
    turns++;
    if (isDrawing) setImmediate(takeTurn);
  };
  setImmediate(takeTurn);
  const sound = print(0, 250, 512);
  assert.equal((await drawSoundMatrix(sound, sound)).height, 250);
  isDrawing = false;
  assert.ok(turns >= 6, `${turns} turns`);
});
