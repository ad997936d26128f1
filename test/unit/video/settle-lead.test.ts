import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { VECTOR_DIMENSIONS, type Vector } from '../../../server/domain/fingerprint.ts';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { Lead } from '../../../server/pipeline/match/video/follow-lead.ts';
import { readOnce } from '../../../server/pipeline/match/video/read-frames.ts';
import { openLead, settleLead } from '../../../server/pipeline/match/video/settle-lead.ts';
import type { FrameReader, Track } from '../../../server/pipeline/match/video/track.ts';
import { drawBlobs } from './draw-blobs.ts';

/** Seconds of films; every second is a scene of its own. The query shows two stretches of the work, 20 s to 28 s and 60 s to 68 s. */
const SECONDS = 100;
const work = Array.from({ length: SECONDS }, (_, second) => 1_000 + second);
const query = Array.from({ length: SECONDS }, (_, second) => {
  if (second >= 10 && second < 18) return work[second + 10]!;
  return second >= 70 && second < 78 ? work[second - 10]! : 5_000 + second;
});

/** Reads a film; tells in `log` what was asked for (`?`) and given (`!`), each with the second that it begins at. */
function film(name: string, scenes: readonly number[], log: string[], wait = async () => {}): FrameReader {
  return {
    async readClips(ranges) {
      const { startMs } = ranges[0]!;
      const told = `${name} ${Math.floor(startMs / 1000)}`;
      log.push(`?${told}`);
      await wait();
      log.push(`!${told}`);
      return ranges.map((range) => {
        const frames = [];
        for (
          let timeMs = Math.ceil(range.startMs / 100) * 100;
          timeMs < Math.min(range.endMs, 1000 * SECONDS);
          timeMs += 100
        ) {
          frames.push({ timeMs, data: Uint8Array.from(drawBlobs(scenes[Math.floor(timeMs / 1000)]!).data) });
        }
        return { width: 96, height: 54, frames };
      });
    },
  };
}

const trackOf = (scenes: readonly number[]): Track => ({
  durationMs: 1000 * scenes.length,
  spans: scenes.map((scene, second) => ({
    startMs: 1000 * second,
    endMs: 1000 * (second + 1),
    vector: Int8Array.from({ length: VECTOR_DIMENSIONS }, (_, i) =>
      Math.round(120 * Math.sin(scene * (i + 1))),
    ) as Vector,
  })),
});

const path = (from: number, to: number, offset: number) =>
  Array.from({ length: to - from }, (_, i) => ({
    queryMs: 1000 * (from + i),
    workMs: 1000 * (from + i + offset),
    similarity: 0.8,
  }));

const PATIENCE_MS = 4_000;

/** Settles a lead of these paths; `log` in the order of what happened. No frame of the query comes before `until` did. */
async function settle(paths: Lead['paths'], until: string | null = null) {
  const log: string[] = [];
  const wait = async () => {
    for (let i = 0; until && i < PATIENCE_MS / 10 && !log.includes(until); i++) await sleep(10);
  };
  const sampled = {
    at: (timeMs: number) => ({
      width: 96,
      height: 54,
      frames: [{ timeMs, data: Uint8Array.from(drawBlobs(query[timeMs / 1000]!).data) }],
    }),
  };
  const lead: Lead = {
    workId: 'work_1' as WorkId,
    parts: [],
    paths,
    durationMs: 1000 * SECONDS,
    workStepMs: 1000,
    strength: 1,
  };
  const frames = readOnce(film('query', query, log, wait));
  const opened = await openLead(lead, trackOf(query), { frames, sampled }, async () =>
    film('work', work, log),
  );
  assert.ok(opened);
  const segments = await settleLead(opened, trackOf(query), trackOf(work), { left: 4, most: 4 });
  return { segments, log };
}

test('while one path is computed the next one is glanced at and read; nothing is read twice', async () => {
  const { segments, log } = await settle([path(10, 18, 10), path(70, 78, -10)], '?query 68');
  assert.deepEqual(
    // Nothing moves within a second: to a frame.
    segments.map((one) =>
      [one.query.startMs, one.query.endMs, one.work.startMs].map((ms) => Math.round(ms / 1000)),
    ),
    [
      [10, 18, 20],
      [70, 78, 60],
    ],
  );
  const [asked, given] = [log.indexOf('?query 68'), log.indexOf('!query 8')];
  assert.ok(asked >= 0 && asked < given, log.join(', '));
  const all = log.filter((one) => one.startsWith('?'));
  assert.equal(new Set(all).size, all.length, log.join(', '));
});

test('what runs beside a path is not read ahead: that path will explain it', async () => {
  const { segments, log } = await settle([path(10, 18, 10), path(11, 17, 10)]);
  assert.equal(segments.length, 1);
  assert.deepEqual(
    log.filter((one) => one.startsWith('?query')),
    ['?query 8'],
  );
});

test('of strangers a glance is all that is read', async () => {
  const { segments, log } = await settle([path(30, 38, 10)]);
  assert.deepEqual(segments, []);
  assert.deepEqual(
    log.filter((one) => one.startsWith('?query')),
    [],
  );
});
