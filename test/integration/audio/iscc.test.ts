/** Audio-Codes from real files: FFmpeg's Chromaprint in the decoding process. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { IsccUnit } from '../../../server/domain/iscc.ts';
import { ColophonError } from '../../../server/errors.ts';
import { createIsccSource } from '../../../server/media/index.ts';
import { computeIscc } from '../../../server/pipeline/fingerprint/iscc/index.ts';

const RATE = 44_100;
const source = createIsccSource();
let folder = '';
const file = (name: string) => join(folder, name);

/** Steps of a scale on two channels, as 16-bit WAV; `level` makes it louder or softer. */
function makeWav(seconds: number, ground: number, level: number): Uint8Array {
  const count = RATE * seconds;
  const wav = Buffer.alloc(44 + 4 * count);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + 4 * count, 4);
  wav.write('WAVEfmt ', 8);
  for (const [at, value] of [
    [16, 16],
    [24, RATE],
    [28, 4 * RATE],
    [40, 4 * count],
  ] as const) {
    wav.writeUInt32LE(value, at);
  }
  for (const [at, value] of [
    [20, 1],
    [22, 2],
    [32, 4],
    [34, 16],
  ] as const) {
    wav.writeUInt16LE(value, at);
  }
  wav.write('data', 36);
  for (let i = 0; i < count; i++) {
    const time = i / RATE;
    const turn = 2 * Math.PI * time * ground * 2 ** ((Math.floor(time * 3) % 12) / 12);
    wav.writeInt16LE(Math.trunc(level * (9000 * Math.sin(turn) + 5000 * Math.sin(3 * turn))), 44 + 4 * i);
    wav.writeInt16LE(Math.trunc(level * 9000 * Math.sin(1.5 * turn)), 46 + 4 * i);
  }
  return wav;
}

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'colophon-audio-iscc-'));
  writeFileSync(file('scale.wav'), makeWav(12, 220, 1));
  writeFileSync(file('softer.wav'), makeWav(12, 220, 0.4));
  writeFileSync(file('other.wav'), makeWav(12, 311, 1));
  writeFileSync(file('short.wav'), makeWav(2, 220, 1));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function unitsOf(name: string): Promise<readonly IsccUnit[]> {
  return (await computeIscc({ path: file(name), medium: 'audio', title: 'Sound', text: null }, source)).units;
}

async function audioUnit(name: string): Promise<Uint8Array> {
  return (await unitsOf(name)).find(({ type }) => type === 'audio')!.body;
}

function differing(a: Uint8Array, b: Uint8Array): number {
  return a.reduce((sum, byte, i) => sum + (byte ^ b[i]!).toString(2).replaceAll('0', '').length, 0);
}

test('a sound has the Audio-Code that fpcalc 1.5.1 leads to', async () => {
  // `fpcalc -raw -json -signed -length 0 scale.wav`, through the conformant algorithm.
  const expected = Buffer.from('5694a2aed696a22856b0aa8ed61c82287684a2aed630822a54b2aa0e768c92a8', 'hex');
  assert.ok(differing(await audioUnit('scale.wav'), expected) <= 2);
});

test('it is nearly the same when softer, and another for another tune', async () => {
  const scale = await audioUnit('scale.wav');
  assert.ok(differing(scale, await audioUnit('softer.wav')) < 10);
  assert.ok(differing(scale, await audioUnit('other.wav')) > 40);
});

test('two seconds are too short for one; what is no sound is a typed problem', async () => {
  assert.deepEqual(
    (await unitsOf('short.wav')).map(({ type }) => type),
    ['meta', 'data', 'instance'],
  );
  writeFileSync(file('no.wav'), 'no sound');
  await assert.rejects(
    source.readChromaprint(file('no.wav')),
    (error) => error instanceof ColophonError && error.code === 'unsupported_media',
  );
});
