import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { addHomoglyphs, writeChinese } from '../../../scripts/bench/text-edits.ts';
import { makeRandom } from '../../../scripts/bench/text-random.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import { decideText } from '../../../server/pipeline/decide/text/index.ts';
import {
  codeOfRange,
  fingerprintText,
  prepareText,
  segmentsWithin,
  sliceCharacters,
  TEXT_MODEL_DIGEST,
} from '../../../server/pipeline/fingerprint/text/index.ts';
import {
  matchText,
  type Posting,
  queryRangeOf,
  type TextIndex,
  type TextMatchOptions,
  type TextReferences,
} from '../../../server/pipeline/match/text/index.ts';

const random = makeRandom(21);
const VOCABULARY = Array.from({ length: 900 }, () =>
  Array.from({ length: 2 + random.below(7) }, () => random.pick([...'aeioubcdfghklmnprstvwy'])).join(''),
);
function prose(words: number): string {
  let text = '';
  for (let i = 0; i < words; i++) text += random.pick(VOCABULARY) + (i % 9 === 8 ? '. ' : ' ');
  return text;
}

/** The index and the references in memory: the oracle of the store. */
function registry(works: Readonly<Record<string, string>>): {
  index: TextIndex;
  references: TextReferences;
  loads: string[];
} {
  const postings = new Map<number, Posting[]>();
  for (const [id, text] of Object.entries(works)) {
    const { hashes, positions } = prepareText(text).winnowed;
    for (const [i, hash] of hashes.entries()) {
      postings.set(hash, [
        ...(postings.get(hash) ?? []),
        { hash, workId: id as WorkId, position: positions[i]! },
      ]);
    }
  }
  const loads: string[] = [];
  return {
    index: {
      lookup: async (hashes, perHash) =>
        hashes.flatMap((hash) => (postings.get(hash) ?? []).slice(0, perHash)),
    },
    references: {
      load: async (workId) => {
        loads.push(workId);
        return works[workId] === undefined ? null : prepareText(works[workId]);
      },
    },
    loads,
  };
}

const MIT = `Permission is hereby granted, free of charge, to any person obtaining a copy of this software, to
deal in the Software without restriction, including the rights to use and to sell.
The above copyright notice and this permission notice shall be kept in all copies.
THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND. IN NO EVENT SHALL THE
AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE.`;

const novel = prose(6000);
const works = {
  work_novel: novel,
  work_other: prose(4000),
  work_zh: writeChinese(8000, makeRandom(3)),
  work_mit: `${prose(300)}\n\n${MIT}\n\n${prose(300)}`,
};
const house = registry(works);

async function match(query: string, options?: TextMatchOptions) {
  return await matchText(prepareText(query), house, options);
}

describe('matchText', () => {
  it('finds a quotation, with the ranges on both sides and why', async () => {
    const quote = novel.slice(9000, 9600);
    const query = `${prose(80)}${quote}${prose(80)}`;
    const [found, ...others] = await match(query);
    assert.equal(others.length, 0);
    assert.equal(found!.workId, 'work_novel');
    assert.ok(found!.probability > 0.99);
    const [segment] = found!.segments;
    assert.ok(Math.abs(segment!.source[0] - 9000) <= 3 && Math.abs(segment!.source[1] - 9600) <= 3);
    assert.equal(segment!.change, 'verbatim');
    assert.equal(sliceCharacters(query, ...segment!.query), sliceCharacters(novel, ...segment!.source));
    assert.match(found!.explanation, /word for word/);
  });

  it('counts places in characters, also beyond the basic plane', async () => {
    const query = `${'😀'.repeat(50)} ${novel.slice(2000, 2500)}`;
    const [segment] = (await match(query))[0]!.segments;
    assert.ok(segment!.query[0] >= 50 && segment!.query[0] <= 54);
    assert.equal(segment!.change, 'verbatim');
  });

  const CHANGES: readonly (readonly [string, (text: string) => string])[] = [
    ['verbatim', (text) => text],
    ['layout', (text) => text.replace(/ /g, '\n  ')],
    ['case-punctuation', (text) => text.toUpperCase().replaceAll('.', ' —')],
    ['disguised', (text) => addHomoglyphs(text, 0.3, random)],
    ['edited', (text) => text.replace(/(\w+) (\w+) (\w+)\./g, '$1 $3.')],
  ];
  for (const [change, edit] of CHANGES) {
    it(`says of a copy that it is ${change}`, async () => {
      const [found] = await match(edit(novel.slice(4000, 5000)));
      assert.equal(found?.workId, 'work_novel');
      assert.deepEqual([...new Set(found!.segments.map((segment) => segment.change))], [change]);
    });
  }

  it('tells that passages were reordered', async () => {
    const [found] = await match(novel.slice(20_000, 21_000) + novel.slice(3000, 4000));
    assert.equal(found!.reordered, true);
    assert.match(found!.explanation, /another order/);
  });

  it('knows a text that is the same once folded', async () => {
    const [found] = await match(novel.toUpperCase());
    assert.equal(found!.reasons[0]!.kind, 'exact');
    assert.ok(found!.queryCoverage > 0.99 && found!.sourceCoverage > 0.99);
  });

  it('finds each of several works, and Chinese', async () => {
    const query = novel.slice(500, 1200) + prose(50) + works.work_zh.slice(1000, 1100);
    assert.deepEqual((await match(query)).map((found) => found.workId).sort(), ['work_novel', 'work_zh']);
  });

  it('reports a licence as excluded and does not count it', async () => {
    const query = `${prose(100)}\n\n${MIT}\n\n${prose(100)}`;
    const [found] = await match(query);
    assert.equal(found!.workId, 'work_mit');
    assert.equal(found!.probability, 0);
    assert.deepEqual(
      found!.segments[0]!.excluded.map((stretch) => stretch.kind),
      ['licence'],
    );
    const verdict = decideText(
      [found!],
      { version: 'p', copyProbability: 0.9, reviewProbability: 0.5 },
      TEXT_MODEL_DIGEST,
    );
    assert.equal(verdict.outcome, 'distinct');
    assert.equal(verdict.excluded.length, 1);
    assert.match(verdict.explanation, /licence text/);
    const counted = await match(query, { exclusions: { licences: false, maxQuoteCharacters: 0 } });
    assert.ok(counted[0]!.probability > 0.9);
  });

  for (const [open, close] of ['“”', '«»', '""', '「」'].map((pair) => [pair[0]!, pair[1]!])) {
    it(`leaves out quotations in ${open}${close} where a registry says so`, async () => {
      const query = `${prose(60)}${open}${novel.slice(7000, 7400)}${close} ${prose(60)}`;
      assert.ok((await match(query))[0]!.probability > 0.9);
      const exclusions = { licences: true, maxQuoteCharacters: 500 };
      const [found] = await match(query, { exclusions });
      assert.equal(found!.probability, 0);
      assert.deepEqual(
        found!.segments[0]!.excluded.map((stretch) => stretch.kind),
        ['quote'],
      );
      const [long] = await match(query, { exclusions: { ...exclusions, maxQuoteCharacters: 300 } });
      assert.ok(long!.probability > 0.9);
    });
  }

  it('leaves out quoted lines, and does not let an open quotation mark swallow the rest', async () => {
    const exclusions = { licences: true, maxQuoteCharacters: 500 };
    const lines = novel.slice(7000, 7400).replace(/(.{1,60}) /g, '> $1\n');
    assert.ok((await match(`${prose(60)}\n${lines}`, { exclusions }))[0]!.probability < 0.5);
    assert.ok((await match(`“${prose(20)}${novel.slice(7000, 7900)}`, { exclusions }))[0]!.probability > 0.9);
  });

  it('does not compare works that it is told to skip, and goes on when a text is gone', async () => {
    assert.deepEqual(await match(novel.slice(0, 900), { skip: new Set<WorkId>(['work_novel']) }), []);
    const gone = { ...house, references: { load: async () => null } };
    assert.deepEqual(await matchText(prepareText(novel.slice(0, 900)), gone), []);
  });

  it('finds nothing in texts that copy nothing, and loads no work for them', async () => {
    house.loads.length = 0;
    assert.deepEqual(await match(prose(3000)), []);
    assert.deepEqual(await match(writeChinese(2000, makeRandom(77))), []);
    assert.deepEqual(await match(''), []);
    assert.ok(house.loads.length <= 2, String(house.loads.length));
  });

  it('finds a text that is registered many times over', async () => {
    const many = registry(
      Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`work_${i}`, novel.slice(0, 3000)])),
    );
    const found = await matchText(prepareText(novel.slice(500, 1500)), many, { maxCandidates: 5 });
    assert.equal(found.length, 5);
    assert.ok(found[0]!.probability > 0.9);
  });
});

describe('queryRangeOf', () => {
  it('leads from a registered segment to the part of the suspect whose code is near', async () => {
    const reference = prepareText(novel);
    const print = fingerprintText(reference);
    const suspect = prepareText(prose(50) + novel.slice(10_000, 14_000).replaceAll('e ', 'e—'));
    const [found] = await matchText(suspect, house);
    const [segment] = found!.segments;
    const indexes = segmentsWithin(print, segment!.source);
    assert.ok(indexes.length >= 8);
    for (const index of indexes) {
      const { start, end, code } = print.segments[index]!;
      const range = queryRangeOf(segment!, [start, end])!;
      const bits = BigInt(code) ^ BigInt(codeOfRange(suspect.normalized, ...range));
      const distance = bits.toString(2).replaceAll('0', '').length;
      assert.ok(distance <= 24, `segment ${index}: ${distance} bits`);
    }
    assert.equal(queryRangeOf(segment!, [0, 100]), null);
  });
});

describe('decideText', () => {
  const policy = { version: 'p1', copyProbability: 0.9, reviewProbability: 0.5 };
  const at = (probability: number, kind = 'alignment') => ({
    workId: 'work_a',
    probability,
    explanation: 'why.',
    reasons: [{ kind }],
  });
  it('gives copy, review or distinct by the best match', () => {
    const outcomes = [[at(0.2), at(0.95)], [at(0.6)], [at(0.4)], []].map((list) =>
      decideText(list, policy, TEXT_MODEL_DIGEST),
    );
    assert.deepEqual(
      outcomes.map((verdict) => verdict.outcome),
      ['copy', 'review', 'distinct', 'distinct'],
    );
    assert.deepEqual(
      outcomes.map((verdict) => verdict.matches.length),
      [1, 1, 0, 0],
    );
    assert.equal(outcomes[0]!.policyVersion, 'p1');
  });
  it('tells what was excluded', () => {
    assert.equal(decideText([at(0, 'excluded')], policy, TEXT_MODEL_DIGEST).excluded.length, 1);
    assert.equal(decideText([at(0)], policy, TEXT_MODEL_DIGEST).excluded.length, 0);
  });
});
