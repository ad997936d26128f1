import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import {
  CLAIM_NAMES,
  type ClaimName,
  type ClaimResult,
  findWrongFiles,
  verifyBundle,
} from '../../../server/pipeline/prove/index.ts';

const GOLDEN = readFileSync(join(import.meta.dirname, '../../fixtures/bundles/v1-evidence.json'), 'utf8');
const told = (others: Partial<Record<ClaimName, ClaimResult['status']>>): ClaimResult[] =>
  CLAIM_NAMES.map((name) => ({ name, status: others[name] ?? 'true', detail: '' }));

test('a wrong file beside a proof is told from a false proof', () => {
  const file = { file: 'false', look: 'unknown' } as const;
  const suspect = { 'suspect-file': 'false', 'suspect-look': 'unknown' } as const;
  assert.equal(findWrongFiles(told({})), null);
  assert.deepEqual(findWrongFiles(told(file)), { which: ['file'], restHolds: true });
  assert.deepEqual(findWrongFiles(told({ ...file, ...suspect })), {
    which: ['file', 'suspect-file'],
    restHolds: true,
  });
  assert.deepEqual(findWrongFiles(told({ ...suspect, chain: 'unknown' })), {
    which: ['suspect-file'],
    restHolds: false,
  });
  assert.equal(findWrongFiles(told({ ...file, owner: 'false' })), null, 'the proof is false as well');
  assert.equal(findWrongFiles(told({ look: 'false' })), null, 'the right bytes with another look');
});

test('files that are not those of a bundle are called neither registered nor suspect', async () => {
  const claims = await verifyBundle(GOLDEN, { file: Uint8Array.of(1), suspectFile: Uint8Array.of(2) });
  assert.deepEqual(findWrongFiles(claims), { which: ['file', 'suspect-file'], restHolds: false });
  const detail = (name: ClaimName) => claims.find((claim) => claim.name === name)!.detail;
  assert.match(detail('file'), /^the file given has the SHA-256 0x\w{64}, the registered one 0x\w{64}$/);
  assert.match(detail('suspect-file'), /^the file given has the SHA-256 0x\w{64}, the suspect one 0x\w{64}$/);
});
