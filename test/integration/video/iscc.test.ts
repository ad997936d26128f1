/** Video-Codes from real files: FFmpeg's signature filter in the decoding process. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { IsccUnit } from '../../../server/domain/iscc.ts';
import { ColophonError } from '../../../server/errors.ts';
import { createIsccSource } from '../../../server/media/index.ts';
import { computeIscc } from '../../../server/pipeline/fingerprint/iscc/index.ts';
import { drawScene, makeFolder, writeClip } from './clips.ts';

const source = createIsccSource();
let folder = '';
const clip = (name: string) => join(folder, name);

before(() => {
  folder = makeFolder();
  const scene = (seed: number) => (frame: number, width: number, height: number) =>
    drawScene(seed, frame / 25, width, height);
  writeClip(clip('one.mp4'), { frames: 75 }, scene(1));
  writeClip(clip('small.mp4'), { frames: 75, width: 128, height: 72, options: { crf: '34' } }, scene(1));
  writeClip(clip('other.mp4'), { frames: 75 }, scene(2));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function videoUnit(name: string): Promise<IsccUnit> {
  const input = { path: clip(name), medium: 'video', title: 'A clip', text: null } as const;
  const { code, units } = await computeIscc(input, source);
  assert.match(code, /^ISCC:KM/);
  return units.find(({ type }) => type === 'video')!;
}

function differing(a: IsccUnit, b: IsccUnit): number {
  return a.body.reduce((sum, byte, i) => sum + (byte ^ b.body[i]!).toString(2).replaceAll('0', '').length, 0);
}

test('five frames a second have a signature of 380 values from 0 to 2', async () => {
  const signatures: Uint8Array[] = [];
  for await (const signature of source.readFrameSignatures(clip('one.mp4'))) signatures.push(signature);
  assert.equal(signatures.length, 15);
  for (const signature of signatures) {
    assert.equal(signature.length, 380);
    for (const value of [0, 1, 2]) assert.ok(signature.includes(value));
    assert.ok(signature.every((value) => value <= 2));
  }
  assert.notDeepEqual(signatures[0], signatures.at(-1));
});

test('a smaller, coarser copy has nearly the same Video-Code, another clip has another', async () => {
  const [one, small, other] = [
    await videoUnit('one.mp4'),
    await videoUnit('small.mp4'),
    await videoUnit('other.mp4'),
  ];
  assert.ok(differing(one, small) < 40, `${differing(one, small)} bits`);
  assert.ok(differing(one, other) > 60, `${differing(one, other)} bits`);
  assert.deepEqual(await videoUnit('one.mp4'), one);
});

test('a file that is no video is a typed problem, and has an ISCC without content', async () => {
  writeFileSync(clip('no.mp4'), 'no video');
  await assert.rejects(
    source.readFrameSignatures(clip('no.mp4'))[Symbol.asyncIterator]().next(),
    (error) => error instanceof ColophonError && error.code === 'unsupported_media',
  );
  const input = { path: clip('no.mp4'), medium: 'video', title: 'Nothing', text: null } as const;
  const { code, units } = await computeIscc(input, source);
  assert.match(code, /^ISCC:KY/);
  assert.deepEqual(
    units.map(({ type }) => type),
    ['meta', 'data', 'instance'],
  );
});
