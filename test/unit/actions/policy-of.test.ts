import assert from 'node:assert/strict';
import { test } from 'node:test';
import { policyOf } from '../../../server/actions/media/policy-of.ts';

const OWN = { version: 'video-1/audio-1', copyProbability: 0.98, reviewProbability: 0.5 };
const SOUND = { copyProbability: 0.95, reviewProbability: 0.85 };
const NOTHING_SET = { onCopy: 'reject', copyProbability: null, reviewProbability: null } as const;

test("a medium's own thresholds hold where the operator set none", () => {
  assert.deepEqual(policyOf({ policy: { ...OWN, sound: SOUND } }, NOTHING_SET), { ...OWN, sound: SOUND });
  assert.deepEqual(policyOf({ policy: OWN }, NOTHING_SET), OWN);
});

test("the operator's hold for every medium and its sound, and the version names them", () => {
  assert.deepEqual(policyOf({ policy: { ...OWN, sound: SOUND } }, { ...NOTHING_SET, copyProbability: 0.9 }), {
    version: 'video-1/audio-1+copy=0.9',
    copyProbability: 0.9,
    reviewProbability: 0.5,
    sound: { copyProbability: 0.9, reviewProbability: 0.85 },
  });
  const both = policyOf({ policy: OWN }, { onCopy: 'review', copyProbability: 0.7, reviewProbability: 0.3 });
  assert.deepEqual(both, {
    version: 'video-1/audio-1+copy=0.7+review=0.3',
    copyProbability: 0.7,
    reviewProbability: 0.3,
  });
});
