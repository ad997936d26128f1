import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Digest } from '../../../server/domain/digest.ts';
import { chooseModelFolder } from '../../../server/model-folders.ts';
import { computeModelDigest } from '../../../server/pipeline/fingerprint/index.ts';

const folder = mkdtempSync(join(tmpdir(), 'colophon-models-'));
after(() => rmSync(folder, { recursive: true }));

function addModel(name: string, fill: string): Digest {
  const files = { 'int8.onnx': fill.repeat(64) };
  mkdirSync(join(folder, name));
  writeFileSync(join(folder, name, 'card.json'), JSON.stringify({ files }));
  return computeModelDigest(files);
}

const first = addModel('colophon-image@1.0.0', '1');
const second = addModel('colophon-image@1.10.0', '2');
addModel('colophon-image@1.9.0', '3');
const sound = addModel('colophon-audio@1.0.0', '4');
addModel('colophon-audio@1.1.0', '5');
const chosen = (medium: 'image' | 'audio', named: readonly (readonly [Digest, number])[]) =>
  chooseModelFolder(null, folder, medium, new Map(named)).slice(folder.length + 1);

test('a new registry takes the newest model', () => {
  assert.equal(chosen('image', []), 'colophon-image@1.10.0');
  assert.equal(chosen('audio', [[first, 9]]), 'colophon-audio@1.1.0', 'works of another medium do not count');
});

test('a registry that has works keeps the model that most of them name', () => {
  assert.equal(chosen('image', [[first, 1]]), 'colophon-image@1.0.0');
  assert.equal(
    chosen('image', [
      [first, 3],
      [second, 4],
    ]),
    'colophon-image@1.10.0',
  );
  assert.equal(chosen('audio', [[sound, 1]]), 'colophon-audio@1.0.0');
  assert.equal(chosen('image', [[`0x${'ee'.repeat(32)}`, 5]]), 'colophon-image@1.10.0', 'one that is gone');
});

test('what is configured goes first; without any model there is a typed error', () => {
  assert.equal(chooseModelFolder('/else', folder, 'image', new Map([[first, 1]])), '/else');
  assert.throws(() => chooseModelFolder(null, join(folder, 'none')), { code: 'model_missing' });
});
