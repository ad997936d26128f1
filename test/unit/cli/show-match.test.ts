import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { diffWords } from '../../../server/cli/text-diff.ts';
import { clock, drawTimeline } from '../../../server/cli/timeline.ts';
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

  test('other media have none', () => {
    const characters = { kind: 'characters', start: 0, end: 5 } as const;
    assert.deepEqual(drawTimeline([{ query: characters, work: characters } as MatchSegment], null, null), []);
  });

  test('clocks round, and name hours where there are some', () => {
    assert.deepEqual([clock(59_960), clock(3_723_500), clock(61_000, 0)], ['1:00.0', '1:02:03.5', '1:01']);
  });
});

describe('the diff', () => {
  test('tells what was put in, left out and replaced', () => {
    assert.deepEqual(diffWords('the quick brown fox jumps', 'The quick red fox jumps high'), [
      { kind: 'same', text: 'The quick' },
      { kind: 'work', text: 'brown' },
      { kind: 'query', text: 'red' },
      { kind: 'same', text: 'fox jumps' },
      { kind: 'query', text: 'high' },
    ]);
  });

  test('compares characters where there are no spaces', () => {
    const runs = diffWords(
      '天'.repeat(30) + '地玄黄宇宙洪荒日月盈昃',
      '天'.repeat(30) + '地玄黄宇洲洪荒日月盈昃',
    );
    assert.deepEqual(
      runs.filter(({ kind }) => kind !== 'same').map(({ text }) => text),
      ['宙', '洲'],
    );
  });
});
