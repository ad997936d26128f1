import type { WorkId } from '../../server/domain/ids.ts';
import type { AudioModel } from '../../server/inference/audio/open-audio-model.ts';
import { AUDIO_RATE } from '../../server/pipeline/decode/audio/index.ts';
import type { AudioPrint, AudioQueryPrint } from '../../server/pipeline/fingerprint/audio/index.ts';
import { fingerprintAudio } from '../../server/pipeline/fingerprint/audio/index.ts';
import type { AudioWorkMatch, SoundHit, SoundSearch } from '../../server/pipeline/match/audio/index.ts';
import { matchAudio } from '../../server/pipeline/match/audio/index.ts';
import { cosine } from '../../server/pipeline/match/index.ts';
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

/** Windows with the most equal signs that are compared exactly. */
const SHORTLIST = 256;

/** Every window is compared: by the signs of its vector first, the nearest ones by cosine. */
function searchAll(prints: ReadonlyMap<WorkId, AudioPrint>): SoundSearch {
  const rows = [...prints].flatMap(([workId, { windows }]) =>
    windows.map(({ vector }, window) => ({ workId, window, vector })),
  );
  const signs = new Int32Array(rows.length * WORDS);
  for (const [i, { vector }] of rows.entries()) signs.set(signsOf(vector), i * WORDS);
  const distances = new Uint16Array(rows.length);
  return {
    query(vectors, count) {
      return vectors.map((vector): SoundHit[] => {
        const own = signsOf(vector);
        const histogram = new Uint32Array(257);
        for (let row = 0, at = 0; row < rows.length; row++) {
          let bits = 0;
          for (let word = 0; word < WORDS; word++, at++) bits += popCount(own[word]! ^ signs[at]!);
          distances[row] = bits;
          histogram[bits] = histogram[bits]! + 1;
        }
        let limit = 0;
        for (let sum = histogram[0]!; sum < SHORTLIST && limit < 256; sum += histogram[limit]!) limit++;
        const near: SoundHit[] = [];
        for (let row = 0; row < rows.length; row++) {
          if (distances[row]! > limit) continue;
          const { workId, window, vector: other } = rows[row]!;
          near.push({ workId, window, similarity: cosine(vector, other) });
        }
        return near.sort((a, b) => b.similarity - a.similarity).slice(0, count);
      });
    },
  };
}

const WORDS = 8;

function signsOf(vector: Int8Array): Int32Array {
  const out = new Int32Array(WORDS);
  for (let d = 0; d < vector.length; d++) if (vector[d]! > 0) out[d >> 5] = out[d >> 5]! | (1 << (d & 31));
  return out;
}

/** Number of bits set in a 32-bit word. */
export function popCount(word: number): number {
  let v = word - ((word >>> 1) & 0x55555555);
  v = (v & 0x33333333) + ((v >>> 2) & 0x33333333);
  return (Math.imul((v + (v >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24) & 63;
}
