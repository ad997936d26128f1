import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  createBrowserFingerprinter,
  createDeafFingerprinter,
} from '../../../web/src/verify/browser-fingerprinter.ts';

test('what no browser can fingerprint says so, and names the command that can', async () => {
  Object.assign(globalThis, { document: { baseURI: 'http://console.test/' } });
  const model = { name: 'colophon-image', version: '1.0.0', digest: `0x${'11'.repeat(32)}` } as const;
  const place = { box: { x: 0, y: 0, width: 1, height: 1 }, mirrored: false };
  const file = Uint8Array.of(1, 2, 3);
  const command = 'npx colophon verify proof.json --file ORIGINAL --suspect COPY --rpc NODE';
  for (const [type, what] of [
    ['video/mp4', 'A film'],
    ['audio/wav', 'Sound'],
    ['text/plain', 'A text'],
  ] as const) {
    const seer = createBrowserFingerprinter(model, () => {});
    const reason = {
      message: `${what} cannot be fingerprinted in a browser; on the command line it can: ${command}`,
    };
    await assert.rejects(seer.fingerprint(file, type), reason);
    await assert.rejects(seer.fingerprintPart(file, type, place), reason);
  }
  const deaf = createDeafFingerprinter(model);
  assert.equal(deaf.modelDigest, model.digest);
  await assert.rejects(deaf.fingerprintPart(file, 'video/mp4', place), /Sound cannot be .*colophon verify/);
});
