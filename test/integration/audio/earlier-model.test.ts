/** A record names the model that made its fingerprint for ever: the folders that shipped before must still serve. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { openFingerprinter } from '../../../server/cli/verify-fingerprinter.ts';
import { sha256Digest } from '../../../server/domain/records/index.ts';
import { createModelFinder, listModelFolders } from '../../../server/model-folders.ts';
import { makeTune, wavOf } from './sounds.ts';

const MODELS = join(import.meta.dirname, '../../../models');
/** Digest of colophon-audio@1.0.0 and the code that it gave this tune when it was the newest. */
const EARLIER = '0x599d884fa47b542e8845f8970ba1a7ceabcad09fbc6f7db340b18dd79084b87c';
const CODE = '0x5569142afb9051d93c5d6972a13121e321143a02a2648a0046a708284e3306e9';

test('a file registered with the first model of sound is fingerprinted by it again, bit for bit', async () => {
  assert.equal(createModelFinder([], MODELS)(EARLIER).version, '1.0.0');
  assert.notEqual(
    listModelFolders(MODELS, 'audio')[0]?.split('@')[1],
    '1.0.0',
    'it is not the one that runs',
  );
  // At the rate that is fingerprinted: nothing between the samples and the bits depends on the machine.
  const folder = mkdtempSync(join(tmpdir(), 'colophon-earlier-'));
  const bytes = wavOf(makeTune(4, 6), 8_000, 1);
  const path = join(folder, 'tune.wav');
  writeFileSync(path, bytes);
  const fingerprinter = await openFingerprinter(EARLIER);
  assert.ok(fingerprinter, 'its folder is gone');
  const { leaves } = await fingerprinter.fingerprint({ path, sha256: sha256Digest(bytes) }, 'audio/wav');
  await fingerprinter.close();
  rmSync(folder, { recursive: true });
  assert.equal(leaves[0]?.code, CODE);
});
