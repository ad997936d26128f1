import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { printWording } from '../../../server/cli/print-wording.ts';
import { showMatch } from '../../../server/cli/show-match.ts';
import { drawTimeline } from '../../../server/cli/timeline.ts';
import type { Check } from '../../../server/domain/check.ts';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { MatchSegment } from '../../../server/domain/match.ts';

function segment(track: 'picture' | 'sound', query: [number, number], work: [number, number]): MatchSegment {
  const stretch = ([startMs, endMs]: [number, number]) =>
    ({ kind: 'time', startMs, endMs, firstFrame: null, lastFrame: null, box: null }) as const;
  return { query: stretch(query), work: stretch(work), track } as MatchSegment;
}

describe('the timeline', () => {
  test('shows which track was copied, to scale on both sides', () => {
    const [here, work] = drawTimeline(
      [
        segment('picture', [0, 24_000], [48_000, 72_000]),
        segment('sound', [12_000, 36_000], [60_000, 84_000]),
      ],
      48_000,
      96_000,
    );
    assert.equal(
      here,
      `here 0:00 ├${'▀'.repeat(12)}${'█'.repeat(12)}${'▄'.repeat(12)}${'─'.repeat(12)}┤ 0:48`,
    );
    assert.equal(
      work,
      `work 0:00 ├${'─'.repeat(24)}${'▀'.repeat(6)}${'█'.repeat(6)}${'▄'.repeat(6)}${'─'.repeat(6)}┤ 1:36`,
    );
  });

  test('a moment of a long film is still seen', () => {
    const [here] = drawTimeline([segment('picture', [3_600_000, 3_600_400], [0, 400])], 7_200_000, 1000);
    assert.equal(here!.match(/▀/g)?.length, 1);
  });

  test('a side of unknown length has no bar, for there is no scale', () => {
    const [here, work] = drawTimeline([segment('picture', [0, 5000], [3000, 8000])], 5000, null);
    assert.match(here!, /^here 0:00 ├▀{48}┤ 0:05$/);
    assert.equal(work, 'work its length is not known');
  });

  test('other media have none', () => {
    const characters = { kind: 'characters', start: 0, end: 5 } as const;
    assert.deepEqual(drawTimeline([{ query: characters, work: characters } as MatchSegment], null, null), []);
  });

  test('clocks round, and name hours where there are some', () => {
    assert.deepEqual(
      [formatClock(59_960), formatClock(3_723_500), formatClock(61_000, 0)],
      ['1:00.0', '1:02:03.5', '1:01'],
    );
  });
});

describe('the diff', () => {
  const print = (work: string, query: string, isCut = false) => printWording(work, query, isCut);

  test('tells what was put in, left out and replaced', () => {
    assert.equal(
      print('the quick brown fox jumps', 'The quick red fox\njumps high'),
      'The quick [-brown-]{+red+} fox jumps {+high+}',
    );
    assert.equal(print('a quick brown fox', 'a fox'), 'a [-quick brown-] fox');
  });

  const CHINESE = '辞去了工作，他回到故乡。“春天，”他说，“是读书的时候。”';

  test('compares characters where there are no spaces, and adds none', () => {
    assert.equal(print('天地玄黄，宇宙洪荒。', '天地玄黄，宇洲洪荒。'), '天地玄黄，宇[-宙-]{+洲+}洪荒。');
    assert.equal(print(CHINESE, CHINESE), CHINESE);
  });

  test('marks nothing that the normalization folds', () => {
    const spaced = CHINESE.replaceAll('，', '\u3000');
    assert.equal(print(CHINESE, spaced), spaced);
    const bare = CHINESE.replace(/\p{P}/gu, '');
    assert.equal(print(CHINESE, bare), bare);
    assert.equal(print('Well-known, “naïve”.', 'WELLKNOWN NAIVE'), 'WELLKNOWN NAIVE');
  });

  test('ends at the same place of both, where the service or the screen ends', () => {
    const work = CHINESE.repeat(100);
    const bare = work.replace(/\p{P}/gu, '');
    for (const [isCut, characters] of [
      [true, 500],
      [true, 2000],
      [false, 9999],
    ] as const) {
      const printed = print(work.slice(0, characters), bare.slice(0, characters), isCut);
      assert.doesNotMatch(printed, /[-+{}[\]]/);
      assert.ok(bare.startsWith(printed) && printed.length > 300 && printed.length <= 700, printed);
    }
    const replaced = print('x '.repeat(1500), 'y '.repeat(1500));
    assert.ok(replaced.length < 720, `${replaced.length} characters`);
  });
});

describe('a match', () => {
  const base = { workId: 'work_1', similarity: 1, probability: 1, mirrored: false };
  const nobody = { get: () => Promise.reject(new Error('nothing to ask for')) };

  test('of a film names frames and region on both sides, and what was done to it', async () => {
    const segment = {
      query: {
        kind: 'time',
        startMs: 1000,
        endMs: 11_000,
        firstFrame: 24,
        lastFrame: 263,
        box: { x: 400 / 1280, y: 200 / 720, width: 427 / 1280, height: 240 / 720 },
      },
      work: {
        kind: 'time',
        startMs: 9000,
        endMs: 17_000,
        firstFrame: 216,
        lastFrame: 407,
        box: { x: 0, y: 0, width: 0.5, height: 1 },
      },
      track: 'picture',
      speed: 0.8,
      mirrored: true,
      isExact: true,
    };
    const reason = { kind: 'time', track: 'picture', agreeing: 30, samples: 31, detail: 'the same again' };
    const match = { ...base, medium: 'video', segments: [segment], reasons: [reason] };
    const check = { width: 1280, height: 720, durationMs: 12_000, verdict: { matches: [match] } };
    const lines = (await showMatch(nobody, check as never as Check, 0, new Map())).split('\n');
    assert.match(lines[1]!, /^ {4}time {6}30 of 31 moments of the picture follow each other as in the work$/);
    assert.deepEqual(lines.slice(-3), [
      '    picture  here  0:01.0 to 0:11.0, frames 24 to 263, in 427×240 at 400,200 of 1280×720',
      '             work  0:09.0 to 0:17.0, frames 216 to 407, in 50 % × 100 % at 0 %, 0 %',
      '             plays at 0.80 times the speed, mirrored, shows 50\u00a0% of the picture',
    ]);
  });

  test('of a text shows each of its passages, the first eight of many, and says how many more there are', async () => {
    const passage = (at: number) => ({
      query: { kind: 'characters', start: 10 * at, end: 10 * at + 5 },
      work: { kind: 'characters', start: 1000 + 10 * at, end: 1005 + 10 * at },
    });
    const told = async (count: number, wordOf = (at: number) => `dog${at}`) => {
      const segments = Array.from({ length: count }, (_, at) => passage(at));
      const match = { ...base, medium: 'text', reasons: [], segments };
      const items = segments.slice(0, 20).map(({ query, work }, at) => ({
        query: { end: query.end, text: `a ${wordOf(at)}` },
        work: { end: work.end, text: 'a cat' },
      }));
      const client = { get: () => Promise.resolve({ items }) as never };
      const check = { id: 'check_1', width: null, height: null, verdict: { matches: [match] } };
      return (await showMatch(client, check as never as Check, 0, new Map())).split('\n').slice(1);
    };
    const three = await told(3);
    assert.equal(three.length, 6);
    assert.deepEqual(three.slice(4), [
      '    characters 21 to 25 here, characters 1,021 to 1,025 of the work',
      '      … a [-cat-]{+dog2+} …',
    ]);
    const many = await told(30);
    assert.equal(many.length, 17);
    assert.equal(many.at(-1), '    … and 22 more');
    // What is found again is not printed again.
    assert.deepEqual(await told(3, (at) => (at === 1 ? 'cow' : 'dog')), [
      '    characters 1 to 5 here, characters 1,001 to 1,005 of the work',
      '      … a [-cat-]{+dog+} …',
      '    characters 11 to 15 here, characters 1,011 to 1,015 of the work',
      '      … a [-cat-]{+cow+} …',
      '    the same passage again at characters 21 to 25 here, characters 1,021 to 1,025 of the work',
    ]);
  });

  test('of a text ends at one place of both where the service cut one of them', async () => {
    const stretch = { kind: 'characters', start: 0, end: 30 };
    const match = { ...base, medium: 'text', reasons: [], segments: [{ query: stretch, work: stretch }] };
    const query = { end: 30, text: 'ONE TWO THREE FOUR FIVE SIX' };
    const shown = async (end: number) => {
      const items = [{ query, work: { end, text: 'one, two, three, fo' } }];
      const client = { get: () => Promise.resolve({ items }) as never };
      const check = { id: 'check_1', width: null, height: null, verdict: { matches: [match] } };
      return (await showMatch(client, check as never as Check, 0, new Map())).split('\n').at(-1);
    };
    assert.equal(await shown(19), '      … ONE TWO THREE …');
    assert.equal(await shown(30), '      … ONE TWO THREE [-fo-]{+FOUR FIVE SIX+} …');
  });
});
