import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { WorkId } from '../../../server/domain/ids.ts';
import type { AudioModel } from '../../../server/inference/audio/open-audio-model.ts';
import { audioCalibration, openAudioModel } from '../../../server/inference/audio/open-audio-model.ts';
import { decideAudio } from '../../../server/pipeline/decide/audio/index.ts';
import { fingerprintAudio } from '../../../server/pipeline/fingerprint/audio/index.ts';
import type { SoundHit, SoundSearch, SoundTrack } from '../../../server/pipeline/match/audio/index.ts';
import { matchAudio } from '../../../server/pipeline/match/audio/index.ts';
import { makeTune, withNoise } from './sounds.ts';

const FOLDER =
  process.env['COLOPHON_TEST_AUDIO_MODEL'] ??
  join(import.meta.dirname, '../../../models/colophon-audio@1.1.0');
const POLICY = { version: 'test', copyProbability: 0.9, reviewProbability: 0.85 };
const tracks = new Map<WorkId, SoundTrack>();
let model: AudioModel;

/** Every second sample, which is enough for tunes without high partials. */
async function* at8kHz(sound: Float32Array): AsyncGenerator<Int16Array> {
  yield Int16Array.from({ length: sound.length >> 1 }, (_, i) => Math.round(12_000 * sound[2 * i]!));
}

const search: SoundSearch = {
  query: (vectors, count) =>
    vectors.map((vector) =>
      [...tracks]
        .flatMap(([workId, { windows }]) =>
          windows.map(({ vector: other }, window): SoundHit => {
            const similarity = vector.reduce((sum, value, d) => sum + value * other[d]!, 0) / (512 * 512);
            return { workId, window, similarity };
          }),
        )
        .sort((a, b) => b.similarity - a.similarity)
        .slice(0, count),
    ),
};
const works = {
  loadTracks: async (ids: readonly WorkId[]) => new Map(ids.map((id) => [id, tracks.get(id)!])),
};

async function check(sound: Float32Array) {
  const { print, fine } = await fingerprintAudio(at8kHz(sound), model.embedder, { fine: true });
  const query = { durationMs: print.durationMs, fine, sketch: print.sketch };
  const claims = await matchAudio(query, { search, works });
  return decideAudio(claims, POLICY, audioCalibration(model.card));
}

before(async () => {
  model = await openAudioModel(FOLDER);
  for (const seed of [1, 2, 3, 4, 5, 6]) {
    tracks.set(
      `work_${seed}` as WorkId,
      (await fingerprintAudio(at8kHz(makeTune(seed, 20)), model.embedder)).print,
    );
  }
});
after(() => model.close());

test('five seconds under noise at 10 dB are found in the right tune, to 50 ms', async () => {
  const tune = makeTune(4, 20);
  const { outcome, matches } = await check(withNoise(tune.slice(7.3 * 16_000, 12.3 * 16_000), 10, 9));
  assert.equal(outcome, 'copy');
  assert.equal(matches[0]!.workId, 'work_4');
  const [segment] = matches[0]!.segments;
  assert.ok(Math.abs(segment!.work.startMs - segment!.query.startMs - 7_300) <= 50, JSON.stringify(segment));
});

test('a tune that is not registered is not found', async () => {
  const { outcome, matches } = await check(makeTune(77, 8));
  assert.equal(outcome, 'distinct', JSON.stringify(matches[0]?.segments));
});
