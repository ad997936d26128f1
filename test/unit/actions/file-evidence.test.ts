import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type FileEvidence, fileEvidence } from '../../../server/actions/file-evidence.ts';

const RUNNING = `0x${'aa'.repeat(32)}`;
const EARLIER = `0x${'bb'.repeat(32)}`;

/** The parts that are asked before the file is opened; opening it ends the test. */
function depsWith(modelDigest: string) {
  const match = { workId: 'work_a', medium: 'audio' };
  const check = { id: 'check_a', keyId: 'key_a', contentHash: '0x01', verdict: { matches: [match] } };
  return {
    checks: { findCheck: async () => check },
    evidence: { findEvidenceOfMatch: async () => null },
    works: {
      findWork: async () => ({ id: 'work_a', state: 'anchored', medium: 'audio' }),
      findRecord: async () => ({ modelDigest, contentHash: '0x02' }),
    },
    media: { of: () => ({ model: { digest: RUNNING }, loadPrint: async () => ({ leaves: [] }) }) },
    content: {
      upload: async () => {
        throw new Error('the file is opened');
      },
    },
  } as unknown as Parameters<typeof fileEvidence>[0];
}

const INPUT = {
  caller: { keyId: 'key_a', role: 'platform' },
  checkId: 'check_a',
  matchIndex: 0,
} as unknown as FileEvidence;

test('no claim on a work whose fingerprint is by another model than the suspect’s would be', async () => {
  const filing = fileEvidence(depsWith(EARLIER), INPUT, async () => undefined);
  await assert.rejects(filing, { code: 'wrong_state', message: new RegExp(EARLIER) });
});

test('with the same model the suspect is looked at', async () => {
  const filing = fileEvidence(depsWith(RUNNING), INPUT, async () => undefined);
  await assert.rejects(filing, /the file is opened/);
});
