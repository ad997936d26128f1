import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import { audioCalibration } from '../../../server/inference/audio/open-audio-model.ts';
import { listModelFolders } from '../../../server/model-folders.ts';
import type { SoundClaim } from '../../../server/pipeline/decide/audio/index.ts';
import {
  decideAudio,
  mostSoundProbability,
  soundProbability,
  UNCALIBRATED_AUDIO,
} from '../../../server/pipeline/decide/audio/index.ts';

const POLICY = { version: 'test', copyProbability: 0.9, reviewProbability: 0.5 };
const WORK = 'work_a' as WorkId;

function claim(similarity: number, support: number, likeness: number, speed = 1): SoundClaim {
  return {
    query: { startMs: 2_160, endMs: 7_160 },
    work: { startMs: 61_200, endMs: 61_200 + 5_000 * speed },
    speed,
    isExact: likeness > 0.2,
    evidence: { similarity, contrast: similarity - 0.2, support, windows: 8, likeness },
  };
}

test('each kind of evidence raises the probability', () => {
  const at = (similarity: number, support: number, likeness: number, speed = 1) =>
    soundProbability(claim(similarity, support, likeness, speed), UNCALIBRATED_AUDIO);
  assert.ok(at(0.9, 8, 0.9) > 0.95);
  assert.ok(at(0.9, 8, 0.9) > at(0.7, 8, 0.9));
  assert.ok(at(0.7, 8, 0.5) > at(0.7, 4, 0.5));
  assert.ok(at(0.7, 8, 0.5) > at(0.7, 8, 0.1));
  assert.ok(at(0.7, 8, 0.5) > at(0.7, 8, 0.5, 1.12));
  assert.ok(at(0.45, 2, 0.05) < 0.5);
  const { evidence, ...rest } = claim(0.7, 8, 0.5);
  const flat = { ...rest, evidence: { ...evidence, contrast: 0 } };
  assert.ok(soundProbability(flat, UNCALIBRATED_AUDIO) < at(0.7, 8, 0.5));
});

test('a verdict names both stretches and the speed', () => {
  const segments = [claim(0.9, 8, 0.9, 1.1)];
  const verdict = decideAudio([{ workId: WORK, segments }], POLICY, UNCALIBRATED_AUDIO);
  assert.equal(verdict.outcome, 'copy');
  assert.equal(verdict.matches[0]!.workId, WORK);
  assert.equal(
    verdict.explanation,
    'This copies work_a: 0:02.16–0:07.16 sounds like 1:01.20–1:06.70, at 1.10 times the speed.',
  );
});

test('below the review probability nothing is said', () => {
  const verdict = decideAudio([{ workId: WORK, segments: [claim(0.4, 1, 0)] }], POLICY, UNCALIBRATED_AUDIO);
  assert.equal(verdict.outcome, 'distinct');
  assert.deepEqual(verdict.matches, []);
});

/** Similarity and support. */
const CLAIMED = [
  [0.5, 1],
  [0.3, 3],
  [0.6, 12],
] as const;

test('no loudness and no speed makes a claim more probable than what its windows may come to', () => {
  const [newest] = listModelFolders(join(import.meta.dirname, '../../../models'), 'audio');
  const card = JSON.parse(readFileSync(join(newest!, 'card.json'), 'utf8'));
  for (const calibration of [UNCALIBRATED_AUDIO, audioCalibration(card)]) {
    for (const [similarity, support] of CLAIMED) {
      const most = mostSoundProbability(claim(similarity, support, 0).evidence, calibration);
      for (const likeness of [-1, 0, 0.3, 1]) {
        for (const speed of [0.8, 0.97, 1, 1.06]) {
          const said = soundProbability(claim(similarity, support, likeness, speed), calibration);
          assert.ok(said <= most + 1e-12, `${similarity} ${support} ${likeness} ${speed}`);
        }
      }
    }
  }
});
