import assert from 'node:assert/strict';
import { test } from 'node:test';
import { InputError } from '../../../server/errors.ts';
import { asProblem, headlineOf, nextStep } from '../../../web/src/api/problem.ts';

test('a film whose start cannot be read is said to be damaged, perhaps', () => {
  const told = (detail: string) => {
    const problem = asProblem(new InputError('unsupported_media', detail));
    return [headlineOf(problem), nextStep(problem) ?? ''] as const;
  };
  const [title, advice] = told('the container is not known or its start is damaged');
  assert.match(title, /damaged/);
  assert.match(advice, /cut off/);
  const [plain, other] = told('a .psd is not taken');
  assert.equal(plain, 'This type of media is not supported');
  assert.doesNotMatch(other, /cut off|damaged/);
});

test('a file that is cut off is to be fetched anew, one that is damaged otherwise to be saved anew', () => {
  const advice = (detail: string) => nextStep(asProblem(new InputError('corrupt_media', detail))) ?? '';
  assert.match(advice('the file is cut off: it ends within its head'), /fetch it anew/);
  assert.match(advice('the video track cannot be decoded'), /save it anew/);
});
