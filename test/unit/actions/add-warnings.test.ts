import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addWarnings } from '../../../server/actions/media/add-warnings.ts';
import type { LeafPrint } from '../../../server/domain/fingerprint.ts';
import type { Verdict } from '../../../server/domain/match.ts';
import { fingerprintText, prepareText, textLeaves } from '../../../server/pipeline/fingerprint/text/index.ts';

const digest = `0x${'ab'.repeat(32)}` as const;
const verdict: Verdict = {
  outcome: 'distinct',
  policyVersion: '1',
  modelDigest: digest,
  matches: [],
  explanation: 'Nothing registered is copied.',
};
const PRINT: LeafPrint = { medium: 'image', modelDigest: digest, lowInformation: true, leaves: [] };
const warningsOf = (print: Partial<LeafPrint>) => addWarnings(verdict, { ...PRINT, ...print }).warnings;

test('of a file with nothing to compare by the verdict says so, in every medium', () => {
  for (const [medium, words] of [
    ['image', /^the picture is blank/],
    ['video', /^the film shows only blank pictures, without sound that can be compared/],
    ['audio', /^the sound is silence/],
    ['text', /^the text says too little/],
  ] as const) {
    const [warning, ...rest] = warningsOf({ medium })!;
    assert.match(warning!, words);
    assert.match(warning!, /, with nothing to compare it by: only files with the very same bytes are found/);
    assert.deepEqual(rest, []);
  }
});

test('a black film with sound is compared by that, and said to be', () => {
  const sound = { modelDigest: digest, firstLeaf: 1 };
  assert.deepEqual(warningsOf({ medium: 'video', sound }), [
    'the film shows only blank pictures: it is compared by its sound alone',
  ]);
});

test('a text of two words has the warning, one of a paragraph none', () => {
  const print = (text: string) => textLeaves(fingerprintText(prepareText(text)));
  assert.match(addWarnings(verdict, print('Hi.')).warnings![0]!, /says too little/);
  const prose =
    'Of what is told here, nothing was told before; whoever reads on will find out why that is so.';
  assert.equal(addWarnings(verdict, print(prose)), verdict, 'as it is');
});

test('what is missing of a file that is cut off comes first', () => {
  const earlyEnd = { declaredMs: 9000, reachedMs: 4000 };
  const { warnings } = addWarnings(verdict, { ...PRINT, medium: 'audio', earlyEnd });
  assert.deepEqual(
    warnings!.map((warning) => warning.slice(0, 20)),
    ['the file is cut off ', 'the sound is silence'],
  );
});
