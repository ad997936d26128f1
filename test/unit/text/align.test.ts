import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addNoise, writeChinese } from '../../../scripts/bench/text-edits.ts';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import { prepareText } from '../../../server/pipeline/fingerprint/text/index.ts';
import { extend } from '../../../server/pipeline/match/text/extend.ts';
import { alignTexts, placesByHash } from '../../../server/pipeline/match/text/index.ts';
import { editDistance } from '../../../server/pipeline/match/text/join-replaced.ts';

const random = makeRandom(11);
const SYLLABLES = 'ba ke du fo ga pe ru to sa ve xu zo bre stu ka'.split(' ');
function prose(characters: number): string {
  let text = '';
  while (text.length < characters) {
    text +=
      Array.from({ length: 1 + random.below(4) }, () => random.pick(SYLLABLES)).join('') +
      random.pick([' ', ' ', ', ', '. ']);
  }
  return text;
}

function points(text: string): Uint32Array {
  return Uint32Array.from([...text], (character) => character.codePointAt(0)!);
}

function align(query: string, source: string) {
  const view = prepareText(query);
  const reference = prepareText(source);
  return alignTexts(view, reference, placesByHash(view)).map((segment) => ({
    ...segment,
    query: [
      view.normalized.starts[segment.queryFrom]!,
      view.normalized.starts[segment.queryTo - 1]! + 1,
    ] as const,
    source: [
      reference.normalized.starts[segment.sourceFrom]!,
      reference.normalized.starts[segment.sourceTo - 1]! + 1,
    ] as const,
  }));
}

function near(actual: readonly number[], expected: readonly number[], tolerance: number): void {
  for (const [i, value] of actual.entries()) {
    assert.ok(Math.abs(value - expected[i]!) <= tolerance, `${actual} is not near ${expected}`);
  }
}

describe('extend', () => {
  it('counts as many edits as the edit distance of what it walked over', () => {
    for (let round = 0; round < 60; round++) {
      const a = prose(300);
      const b = addNoise(a, random.next() * 0.12, random);
      const reach = extend(points(a), points(b), 0, 0, 1);
      const distance = editDistance(points(a).subarray(0, reach.query), points(b).subarray(0, reach.source));
      assert.equal(reach.edits, distance);
    }
  });

  it('walks backwards as it walks forwards', () => {
    const a = prose(400);
    const b = addNoise(a, 0.05, random);
    const forwards = extend(points(a), points(b), 0, 0, 1);
    const reversed = [a, b].map((text) => points([...text].reverse().join('')));
    const {
      way: _,
      steps: _s,
      ...backwards
    } = extend(reversed[0]!, reversed[1]!, reversed[0]!.length, reversed[1]!.length, -1);
    const { way: __, steps: __s, ...plain } = forwards;
    assert.deepEqual(backwards, plain);
  });

  it('stops soon after the copy ends', () => {
    const shared = prose(500);
    for (let round = 0; round < 20; round++) {
      const reach = extend(points(shared + prose(800)), points(shared + prose(800)), 0, 0, 1);
      assert.ok(
        reach.query >= shared.length && reach.query < shared.length + 60,
        String(reach.query - shared.length),
      );
    }
  });

  it('ends at once on empty sides', () => {
    assert.equal(extend(points(''), points('abc'), 0, 0, 1).score, 0);
    assert.equal(extend(points('abc'), points('abc'), 0, 0, -1).score, 0);
  });
});

describe('alignTexts', () => {
  const source = prose(20_000);

  it('finds a quotation to the character', () => {
    const query = `${prose(500)}| ${source.slice(7000, 7400)} |${prose(500)}`;
    const start = query.indexOf('|') + 2;
    const [segment, ...rest] = align(query, source);
    assert.equal(rest.length, 0);
    near(segment!.query, [start, start + 400], 3);
    near(segment!.source, [7000, 7400], 3);
  });

  it('follows a copy through noise as one stretch', () => {
    const query = addNoise(source.slice(3000, 6000), 0.1, random);
    const segments = align(query, source);
    assert.equal(segments.length, 1);
    near(segments[0]!.source, [3000, 6000], 12);
    near(segments[0]!.query, [0, query.length], 12);
  });

  it('gives moved passages segments of their own', () => {
    const parts = [source.slice(9000, 9500), source.slice(2000, 2600), source.slice(15_000, 15_400)];
    const segments = align(parts.join(''), source);
    assert.deepEqual(segments.length, 3);
    near(
      segments.map((s) => s.source[0]),
      [9000, 2000, 15_000],
      6,
    );
    near(
      segments.map((s) => s.query[0]),
      [0, 500, 1100],
      6,
    );
  });

  it('parts a copy where text was put in, not where words were replaced', () => {
    const inserted = source.slice(4000, 4500) + prose(400) + source.slice(4500, 5000);
    assert.equal(align(inserted, source).length, 2);
    const replaced = `${source.slice(4000, 4500)}${prose(60)}${source.slice(4560, 5000)}`;
    assert.equal(align(replaced, source).length, 1);
  });

  it('finds short moved sentences among their neighbours', () => {
    const parts = [source.slice(5000, 5300), source.slice(6000, 6030), source.slice(5400, 5700)];
    const segments = align(parts.join(''), source);
    assert.ok(
      segments.some((segment) => Math.abs(segment.source[0] - 6000) < 9),
      JSON.stringify(segments.map((s) => s.source)),
    );
  });

  it('never claims a character of the query twice', () => {
    const refrain = source.slice(0, 300);
    const repetitive = refrain + source.slice(500, 900) + refrain + source.slice(1200, 1500) + refrain;
    const segments = align(repetitive, repetitive + refrain);
    for (let i = 1; i < segments.length; i++) assert.ok(segments[i]!.queryFrom >= segments[i - 1]!.queryTo);
  });

  it('finds nothing in unrelated text, of any script', () => {
    assert.deepEqual(align(prose(5000), source), []);
    assert.deepEqual(align(writeChinese(3000, makeRandom(1)), writeChinese(30_000, makeRandom(2))), []);
    assert.deepEqual(align('', source), []);
  });

  it('stays quick when a text repeats one sentence without end', () => {
    const startedAt = performance.now();
    const line = 'all work and no play makes jack a dull boy. ';
    const segments = align(line.repeat(3000), line.repeat(2000));
    assert.ok(segments.length >= 1);
    assert.ok(performance.now() - startedAt < 8000, String(performance.now() - startedAt));
  });

  it('stays bounded on tables whose rows all resemble each other', () => {
    const table = (step: number): string =>
      Array.from(
        { length: 6000 },
        (_, i) => `Row ${(i * step) % 977} of the table holds ${(i * step * 7919) % 100_000}. `,
      ).join('');
    const startedAt = process.threadCpuUsage();
    align(table(1), table(3));
    const { user } = process.threadCpuUsage(startedAt);
    assert.ok(user < 6e6, String(user));
  });
});
