import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compareSounds } from '../../../server/pipeline/match/audio/along-line.ts';
import { examineLine } from '../../../server/pipeline/match/audio/examine-line.ts';
import { placeOnLine } from '../../../server/pipeline/match/audio/index.ts';
import { asked, makeSound, track } from './made-sounds.ts';

const PERIOD_MS = 4_096;
/** Six seconds of a work, from 20 s on. */
const named = { speed: 1, offsetMs: 20_000, fromMs: 0, toMs: 6_000 };

/** What is found of them on a line some milliseconds later in the work. */
function found(periodMs: number, laterMs: number) {
  const sound = makeSound(5, periodMs);
  const work = track(sound, 60_000);
  const query = asked(sound, 6_000, 1, 20_000);
  const line = { speed: 1, offsetMs: 20_000 + laterMs };
  const segment = examineLine(query, work, compareSounds(query, work), line, [0, 6_000]);
  assert.ok(segment);
  return { query, work, segment };
}

test('of lines that a sound repeats itself on, the one that is named is taken', () => {
  const { query, work, segment } = found(PERIOD_MS, 2 * PERIOD_MS);
  assert.ok(Math.abs(segment.work.startMs - 28_192) < 40, JSON.stringify(segment));
  const placed = placeOnLine(query, work, segment, [named]);
  assert.ok(Math.abs(placed.work.startMs - 20_000) < 40, JSON.stringify(placed));
  assert.deepEqual(placed.query, segment.query);
});

test('where the sound says less for the named line, or it is named for little of the stretch, nothing is moved', () => {
  const { query, work, segment } = found(Number.POSITIVE_INFINITY, 0);
  assert.equal(placeOnLine(query, work, segment, [{ ...named, offsetMs: 28_192 }]), segment);
  const repeating = found(PERIOD_MS, 2 * PERIOD_MS);
  const { similarity, support } = repeating.segment.evidence;
  for (const more of [{ similarity: 1.2 * similarity }, { support: 2 * support }]) {
    const surer = { ...repeating.segment, evidence: { ...repeating.segment.evidence, ...more } };
    assert.equal(placeOnLine(repeating.query, repeating.work, surer, [named]), surer);
  }
  const short = { ...named, toMs: 2_500 };
  assert.equal(placeOnLine(repeating.query, repeating.work, repeating.segment, [short]), repeating.segment);
});

test('what lies on a named line stays as it is, whatever else is named', () => {
  const { query, work, segment } = found(PERIOD_MS, 0);
  const other = { ...named, offsetMs: 20_000 + PERIOD_MS };
  assert.equal(placeOnLine(query, work, segment, [other, named]), segment);
});
