import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ZERO_DIGEST } from '../../../server/domain/digest.ts';
import { checkSuspectLook } from '../../../server/pipeline/prove/check-evidence.ts';
import { Refuted, Undecided } from '../../../server/pipeline/prove/claim-result.ts';

const HASH = `0x${'11'.repeat(32)}`;

/** A claim on the very bytes of a work, with the code that it says the suspect has. */
function look(suspectCode: string, suspectHash = HASH) {
  const bundle = { work: { record: { contentHash: HASH } } };
  const evidence = { claim: { suspectHash, suspectCode, modelDigest: `0x${'22'.repeat(32)}` } };
  const dossier = { suspect: { segment: null, mediaType: 'image/png' } };
  const options = { suspectFile: Uint8Array.of(1) };
  return checkSuspectLook(bundle as never, evidence as never, dossier as never, options as never);
}

test('the bytes of the work need no look, if none is claimed', async () => {
  assert.match(await look(ZERO_DIGEST), /byte for byte/);
});

test('a code without a look behind it is refuted, whatever the bytes are', async () => {
  const invented = `0x${'ab'.repeat(32)}`;
  for (const hash of [HASH, `0x${'33'.repeat(32)}`]) {
    await assert.rejects(
      look(invented, hash),
      (error) => error instanceof Refuted && /has no look/.test(error.message),
    );
  }
});

test('other bytes without a look are looked at', async () => {
  await assert.rejects(look(ZERO_DIGEST, `0x${'33'.repeat(32)}`), Undecided);
});
