import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { AudioEdit, EditContext } from './audio-edits.ts';
import { AUDIO_EDITS } from './audio-edits.ts';
import { loadSound, RATE, writeCoded, writeWav } from './audio-sound.ts';
import { makeRandom } from './text-random.ts';
import type { BenchManifest, BenchQuery } from './video-manifest.ts';

/** One line of `index.tsv`. */
interface Clip {
  readonly file: string;
  readonly kind: string;
  readonly seconds: number;
  readonly licence: string;
  /** What it was cut from: takes of one recording stay together. */
  readonly origin: string;
  /** The same for files that are one recording in several formats. */
  readonly identity: string;
}

/** What a set is made of. Half of the recordings are for calibration, the other half is reported on. */
export interface AudioSuiteOptions {
  readonly half: 'report' | 'calibrate';
  /** Copies for each edit and length; a third as many unrelated queries. */
  readonly each: number;
  /** Files that the model was trained on: never unregistered, and a group of their own. */
  readonly trainedOn: ReadonlySet<string>;
}

const LENGTHS_S = [2, 5, 10];
/** Excerpts quieter than this are silence. */
const MIN_RMS = 0.003;

/** Makes a set of edited excerpts in `out` unless it is there, and gives its manifest. */
export function makeAudioSuite(media: string, out: string, options: AudioSuiteOptions): BenchManifest {
  const path = join(out, 'manifest.json');
  if (existsSync(path)) return JSON.parse(readFileSync(path, 'utf8')) as BenchManifest;
  mkdirSync(join(out, 'queries'), { recursive: true });
  const { trainedOn, half, each } = options;
  const all = readIndex(media);
  const trained = new Set(all.filter(({ file }) => trainedOn.has(file)).map(({ identity }) => identity));
  const isTrained = ({ identity }: Clip) => trained.has(identity);
  // A recording that is there in three formats would be its own stranger.
  const clips = [...new Map(all.map((clip) => [clip.identity, clip])).values()];
  /** Voices that are laid over others are no references: they would be found, and rightly. */
  const isVoice = (clip: Clip) => clip.kind === 'speech' && bucket(clip, 3) % 5 === 0;
  const isUnregistered = (clip: Clip) => isVoice(clip) || (!isTrained(clip) && bucket(clip, 1) % 5 === 0);
  const inHalf = (clip: Clip) => bucket(clip, 2) % 2 === (half === 'report' ? 1 : 0);
  const registered = clips.filter((clip) => !isUnregistered(clip));
  const copied = registered.filter(inHalf);
  const unrelated = clips.filter((clip) => isUnregistered(clip) && !isVoice(clip) && inHalf(clip));
  // What is laid over is not registered, and is no query of its own half.
  const other = clips.filter((clip) => isVoice(clip) || (isUnregistered(clip) && !inHalf(clip)));
  const random = makeRandom(half === 'report' ? 20_261 : 20_262);
  const context: EditContext = {
    random: random.next,
    speech: (length) => excerptOf(media, other, 'speech', length, random.next),
    ambience: (length) => excerptOf(media, other, 'ambience', length, random.next),
  };
  const queries: BenchQuery[] = [];
  for (const edit of AUDIO_EDITS) {
    for (const seconds of LENGTHS_S) {
      const name = `${edit.name}-${seconds}s`;
      const pick = (from: readonly Clip[], count: number) =>
        random.shuffle(byKind(from.filter((clip) => clip.seconds >= seconds))).slice(0, count);
      for (const [i, clip] of pick(copied, each).entries()) {
        const cut = cutExcerpt(media, clip, seconds, random.next);
        if (!cut) continue;
        const file = write(out, `${name}-${i}`, edit, edit.apply(cut.samples, context));
        const source = [cut.startS, cut.startS + seconds] as const;
        const segment = { reference: clip.file, query: [0, seconds / edit.speed] as const, source };
        queries.push({ id: `${name}-${i}`, file, edits: [edit.name, `${seconds} s`], segments: [segment] });
      }
      for (const [i, clip] of pick(unrelated, Math.ceil(each / 3)).entries()) {
        const cut = cutExcerpt(media, clip, seconds, random.next);
        if (!cut) continue;
        const file = write(out, `${name}-no-${i}`, edit, edit.apply(cut.samples, context));
        queries.push({ id: `${name}-no-${i}`, file, edits: [edit.name, `${seconds} s`], segments: [] });
      }
    }
  }
  const manifest: BenchManifest = {
    suite: `colophon-audio-${half}/1`,
    medium: 'audio',
    references: registered.map((clip) => ({
      id: clip.file,
      file: join(media, clip.file),
      group: `${clip.kind}, ${clip.licence}, ${isTrained(clip) ? 'trained on' : 'never seen'}`,
    })),
    queries,
  };
  writeFileSync(path, JSON.stringify(manifest, null, 1));
  return manifest;
}

function readIndex(media: string): Clip[] {
  const [head, ...lines] = readFileSync(join(media, 'index.tsv'), 'utf8').trim().split(/\r?\n/);
  const names = head!.split('\t');
  return lines.map((line) => {
    const row = Object.fromEntries(line.split('\t').map((value, i) => [names[i], value]));
    const stem = basename(row['path']!).replace(/\.[^.]*$/, '');
    const origin = row['source']!.includes('ESC-10') ? stem.split('-')[1]! : stem;
    return {
      file: row['file']!,
      kind: row['kind']!,
      seconds: Number(row['seconds']),
      licence: row['licence']!,
      origin: `${row['source']}/${origin}`,
      identity: `${row['source']}/${stem}`,
    };
  });
}

function bucket({ origin }: Clip, byte: number): number {
  return createHash('sha256').update(origin).digest()[byte]!;
}

/** Every kind as often as the others, so that short sounds do not crowd out music; a clip may come several times. */
function byKind(clips: readonly Clip[]): Clip[] {
  const kinds = [...new Set(clips.map(({ kind }) => kind))];
  const lists = kinds.map((kind) => clips.filter((clip) => clip.kind === kind));
  const most = Math.max(0, ...lists.map((list) => list.length));
  return lists.flatMap((list) => Array.from({ length: most }, (_, i) => list[i % list.length]!));
}

function cutExcerpt(media: string, clip: Clip, seconds: number, random: () => number) {
  const whole = loadSound(join(media, clip.file));
  const room = whole.length - seconds * RATE;
  for (let attempt = 0; attempt < 4; attempt++) {
    const at = Math.floor(Math.max(0, room) * random());
    const samples = whole.slice(at, at + seconds * RATE);
    let sum = 0;
    for (const sample of samples) sum += sample * sample;
    if (samples.length === seconds * RATE && Math.sqrt(sum / samples.length) > MIN_RMS) {
      return { samples, startS: at / RATE };
    }
  }
  return null;
}

function excerptOf(
  media: string,
  clips: readonly Clip[],
  kind: string,
  length: number,
  random: () => number,
) {
  const choice = clips.filter((clip) => clip.kind === kind);
  const whole = loadSound(join(media, choice[Math.floor(random() * choice.length)]!.file));
  const from = Math.floor(random() * whole.length);
  return Float32Array.from({ length }, (_, i) => whole[(from + i) % whole.length]!);
}

function write(out: string, name: string, edit: AudioEdit, samples: Float32Array): string {
  const file = `queries/${name}.${edit.codec?.extension ?? 'wav'}`;
  if (edit.codec) writeCoded(join(out, file), samples, edit.codec.encoder, edit.codec.bitRate);
  else writeWav(join(out, file), samples);
  return file;
}
