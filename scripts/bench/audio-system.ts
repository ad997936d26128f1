import type { WorkId } from '../../server/domain/ids.ts';
import type { AudioModel } from '../../server/inference/audio/open-audio-model.ts';
import { AUDIO_RATE } from '../../server/pipeline/decode/audio/index.ts';
import type { AudioPrint, AudioQueryPrint } from '../../server/pipeline/fingerprint/audio/index.ts';
import { fingerprintAudio } from '../../server/pipeline/fingerprint/audio/index.ts';
import type { AudioWorkMatch, SoundHit, SoundSearch } from '../../server/pipeline/match/audio/index.ts';
import { matchAudio } from '../../server/pipeline/match/audio/index.ts';
import { loadPcm } from './audio-sound.ts';

/** The shipped path from files to claims, without service, database and decoding processes. */
export interface AudioSystem {
  readonly seconds: number;
  match(path: string): Promise<AudioWorkMatch[]>;
}

/** Fingerprints the references. */
export async function openAudioSystem(
  references: readonly { readonly id: string; readonly file: string }[],
  model: AudioModel,
): Promise<AudioSystem> {
  const prints = new Map<WorkId, AudioPrint>();
  for (const { id, file } of references) {
    prints.set(id as WorkId, (await fingerprintFile(file, model, false)).print);
  }
  const search = searchAll(prints);
  const works = {
    loadTracks: async (ids: readonly WorkId[]) =>
      new Map(ids.flatMap((id) => (prints.has(id) ? [[id, prints.get(id)!] as const] : []))),
  };
  return {
    seconds: [...prints.values()].reduce((sum, print) => sum + print.durationMs / 1000, 0),
    async match(path) {
      const { print, fine } = await fingerprintFile(path, model, true);
      return matchAudio({ durationMs: print.durationMs, fine, sketch: print.sketch }, { search, works });
    },
  };
}

/** Print of a file, decoded in this process. */
export function fingerprintFile(path: string, model: AudioModel, fine: boolean): Promise<AudioQueryPrint> {
  const samples = (async function* () {
    yield loadPcm(path, AUDIO_RATE);
  })();
  return fingerprintAudio(samples, model.embedder, { fine });
}

/** Exact search: every window is compared. */
function searchAll(prints: ReadonlyMap<WorkId, AudioPrint>): SoundSearch {
  const rows = [...prints].flatMap(([workId, { windows }]) =>
    windows.map(({ vector }, window) => ({ workId, window, vector })),
  );
  const table = new Int8Array(rows.length * 256);
  for (const [i, { vector }] of rows.entries()) table.set(vector, i * 256);
  const scores = new Int32Array(rows.length);
  return {
    query(vectors, count) {
      return vectors.map((vector): SoundHit[] => {
        for (let row = 0, at = 0; row < rows.length; row++) {
          let sum = 0;
          for (let d = 0; d < 256; d++, at++) sum = (sum + vector[d]! * table[at]!) | 0;
          scores[row] = sum;
        }
        const order = [...scores.keys()].filter((row) => scores[row]! > 0.3 * 512 * 512);
        order.sort((a, b) => scores[b]! - scores[a]!);
        return order.slice(0, count).map((row) => {
          const { workId, window } = rows[row]!;
          return { workId, window, similarity: scores[row]! / (512 * 512) };
        });
      });
    },
  };
}
