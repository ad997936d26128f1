/** The table of thresholds in docs/media.md says what the newest models and the calibrations in the code say. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import type { Policy } from '../../../server/domain/match.ts';
import { listModelFolders, type ModelMedium } from '../../../server/model-folders.ts';
import { VIDEO_POLICY } from '../../../server/pipeline/decide/video/calibration.ts';
import { TEXT_POLICY } from '../../../server/pipeline/match/text/text-calibration.ts';

const ROOT = resolve(import.meta.dirname, '../../..');

function policyOfCard(medium: ModelMedium): Policy {
  const [newest] = listModelFolders(join(ROOT, 'models'), medium);
  return JSON.parse(readFileSync(join(newest!, 'card.json'), 'utf8')).thresholds;
}

const image = policyOfCard('image');
const sound = policyOfCard('audio');
const { reviewProbability: review, copyProbability: copy } = VIDEO_POLICY;
const rows = {
  image: [`${image.reviewProbability}`, `${image.copyProbability}`, `\`${image.version}\``],
  sound: [`${sound.reviewProbability}`, `${sound.copyProbability}`, `\`${sound.version}\``],
  video: [
    `its pictures ${review}, its sound as sound`,
    `${copy}, its sound as sound`,
    `\`${VIDEO_POLICY.version}/${sound.version}\``,
  ],
  text: [`${TEXT_POLICY.reviewProbability}`, `${TEXT_POLICY.copyProbability}`, `\`${TEXT_POLICY.version}\``],
};

const text = readFileSync(join(ROOT, 'docs/media.md'), 'utf8');
const table = text.slice(text.indexOf('## From which probability on'));

for (const [medium, expected] of Object.entries(rows)) {
  test(`docs/media.md: thresholds of ${medium}`, () => {
    const line = table.split('\n').find((row) => row.startsWith(`| ${medium} |`));
    const [from, copyFrom, , version] = line!
      .split('|')
      .map((cell) => cell.trim())
      .slice(2);
    assert.deepEqual([from, copyFrom, version], expected);
  });
}
