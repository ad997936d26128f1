/**
 * Longer films for `bench:video`: `node scripts/bench/video-films.ts FOLDER [--split fit]`, then `npm run bench:video --
 * --data FOLDER --sampled-as 600`. One work of some minutes, joined from the shared clips of one half of the scenes (those that
 * nothing was fitted on), and queries with copies of 5 to 74 s in the middle of other film: what `bench:video` alone does not
 * show, since its clips are compared whole. The copies begin and end in clips of at least 24 frames a second: slower ones repeat
 * frames here, and have no exact end. For choosing constants there is `--split fit`.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fit, LOOKS, makeRandom, paste, sample } from './video-edits.ts';
import { frameAt, loadClip, type Picture } from './video-frames.ts';
import type { BenchManifest, BenchQuery, TrueSegment } from './video-manifest.ts';
import { COMPILATIONS, readSources } from './video-suite.ts';
import { openVideoWriter } from './video-writer.ts';

const MEDIA = '../shared/media/video';
const SIZE = { width: 384, height: 216, fps: 25 };
const WORK = 'joined';
const FILLER_S = 25;

/**
 * A copied stretch of a query: seconds, speed (below 0 backwards), edit of the whole film; `inset`: in a corner of other film.
 * `foreignS`: so many seconds in the middle show other film instead, the copy going on where it would be without.
 * `again`: from within the stretch that the first copy shows. `mirrored`: this copy alone.
 */
interface Copy {
  readonly name: string;
  readonly lengthS: number;
  readonly speed?: number;
  readonly look?: string;
  readonly inset?: number;
  readonly foreignS?: number;
  readonly again?: boolean;
  readonly mirrored?: boolean;
}

const COPIES: readonly (readonly Copy[])[] = [
  [{ name: 'plain-6', lengthS: 6 }],
  [{ name: 'plain-12', lengthS: 12 }],
  [{ name: 'plain-25', lengthS: 25 }],
  [{ name: 'plain-50', lengthS: 50 }],
  [{ name: 'mirror', lengthS: 20, look: 'mirror' }],
  [{ name: 'mirror-40', lengthS: 40, look: 'mirror' }],
  [{ name: 'crop', lengthS: 20, look: 'crop' }],
  [{ name: 'crop-45', lengthS: 45, look: 'crop' }],
  [{ name: 'overlay', lengthS: 35, look: 'overlay' }],
  [{ name: 'letterbox', lengthS: 18, look: 'letterbox' }],
  [{ name: 'slow', lengthS: 25, speed: 0.8 }],
  [{ name: 'fast', lengthS: 36, speed: 1.3 }],
  [{ name: 'backwards', lengthS: 20, speed: -1 }],
  [{ name: 'backwards-40', lengthS: 40, speed: -1 }],
  [{ name: 'inset', lengthS: 22, inset: 0.4 }],
  [
    { name: 'two', lengthS: 10 },
    { name: 'two', lengthS: 38 },
  ],
  [],
  [],
  [
    { name: 'again', lengthS: 60 },
    { name: 'again', lengthS: 6, again: true },
  ],
  [
    { name: 'again', lengthS: 45 },
    { name: 'again', lengthS: 8, again: true },
  ],
  [
    { name: 'again-backwards', lengthS: 60 },
    { name: 'again-backwards', lengthS: 7, again: true, speed: -1 },
  ],
  [
    { name: 'again-mirrored', lengthS: 60 },
    { name: 'again-mirrored', lengthS: 7, again: true, mirrored: true },
  ],
  [
    { name: 'again-elsewhere', lengthS: 60 },
    { name: 'again-elsewhere', lengthS: 6 },
    { name: 'again-elsewhere', lengthS: 8 },
  ],
  [
    { name: 'again-thrice', lengthS: 70 },
    { name: 'again-thrice', lengthS: 5, again: true },
    { name: 'again-thrice', lengthS: 5, again: true, mirrored: true },
    { name: 'again-thrice', lengthS: 8, again: true, speed: -1 },
  ],
  [{ name: 'foreign', lengthS: 70, foreignS: 2.4 }],
  [{ name: 'foreign', lengthS: 60, foreignS: 1.6 }],
  [{ name: 'foreign', lengthS: 40, foreignS: 3 }],
  [{ name: 'foreign-mirror', lengthS: 50, foreignS: 2, look: 'mirror' }],
  [{ name: 'foreign-crop', lengthS: 60, foreignS: 2.2, look: 'crop' }],
  [{ name: 'foreign-overlay', lengthS: 30, foreignS: 2.5, look: 'overlay' }],
  [{ name: 'plain-74', lengthS: 74 }],
  [{ name: 'overlay-70', lengthS: 70, look: 'overlay' }],
];

const { values, positionals } = parseArgs({
  options: { split: { type: 'string', default: 'report' } },
  allowPositionals: true,
});
const [folder] = positionals;
if (!folder) throw new Error('which folder?');
mkdirSync(folder, { recursive: true });
const sources = readSources(MEDIA, values.split === 'fit' ? 'fit' : 'report');
const films = (isHost: boolean) =>
  sources
    .filter((source) => source.isHost === isHost && !COMPILATIONS.includes(source.id))
    .map(({ path }) => loadClip(path, SIZE.width))
    .map((clip) => ({
      isFine: clip.fps >= 24,
      frames: Array.from({ length: Math.floor(clip.durationS * SIZE.fps) }, (_, k) =>
        fit(clip.frames[frameAt(clip, k / SIZE.fps)]!, SIZE.width, SIZE.height),
      ),
    }));
const works = films(false);
const work = works.flatMap(({ frames }) => frames);
const fine = works.flatMap(({ frames, isFine }) => frames.map(() => isFine));
const filler = films(true).flatMap(({ frames }) => frames);
const write = (name: string, pictures: readonly Picture[]) => {
  const file = `${name}.mp4`;
  const { width, height } = pictures[0]!;
  const options = { preset: 'veryfast', crf: '28' };
  const writer = openVideoWriter(join(folder, file), { ...SIZE, width, height, gop: 2 * SIZE.fps, options });
  for (const { data } of pictures) writer.write(data);
  writer.close();
  return file;
};
const references = [{ id: WORK, file: write(WORK, work) }];
const queries = COPIES.map((copies, i) => makeQuery(copies, i));
const manifest: BenchManifest = { suite: 'colophon-video-films-1', medium: 'video', references, queries };
writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest, null, 1));

function makeQuery(copies: readonly Copy[], number: number): BenchQuery {
  const name = `${String(number).padStart(2, '0')}-${copies[0]?.name ?? 'unrelated'}`;
  const random = makeRandom(name);
  const pictures: Picture[] = [];
  const segments: TrueSegment[] = [];
  const fill = () => {
    const from = Math.floor(random() * filler.length);
    const count = Math.round((0.7 + 0.6 * random()) * FILLER_S * SIZE.fps);
    for (let k = 0; k < count; k++) pictures.push(filler[(from + k) % filler.length]!);
  };
  fill();
  let first: readonly [number, number] | null = null;
  for (const { lengthS, speed = 1, inset, foreignS = 0, again, mirrored } of copies) {
    const count = Math.round(lengthS * SIZE.fps);
    const span = Math.floor(count * Math.abs(speed));
    const [low, high] = (again && first) || [0, work.length];
    const foreign = Math.round(foreignS * SIZE.fps);
    // Where other film begins: the same frames are cut out of the copy.
    const [cut, resumed] = [(count - foreign) >> 1, ((count - foreign) >> 1) + foreign];
    const edges = foreign > 0 ? [0, cut - 1, resumed, span - 1] : [0, span - 1];
    let from = 0;
    let tries = 0;
    do {
      if (++tries > 10_000) throw new Error(`${name}: no such stretch`);
      from = Math.floor(low + random() * (high - low - span));
    } while (!edges.every((k) => fine[from + k]));
    first ??= [from, from + span];
    const at = pictures.length;
    const note = (begin: number, end: number) => {
      const [a, b] = (speed < 0 ? [count - end, count - begin] : [begin, end]).map(
        (k) => (from + k * Math.abs(speed)) / SIZE.fps,
      );
      segments.push({
        reference: WORK,
        query: [(at + begin) / SIZE.fps, (at + end) / SIZE.fps],
        source: [a!, b!],
      });
    };
    if (foreign === 0) note(0, count);
    else {
      note(0, cut);
      note(resumed, count);
    }
    const other = foreign > 0 ? Math.floor(random() * filler.length) : 0;
    for (let k = 0; k < count; k++) {
      const step = Math.floor((speed < 0 ? count - 1 - k : k) * Math.abs(speed));
      const shown =
        foreign > 0 && k >= cut && k < resumed ? filler[(other + k) % filler.length]! : work[from + step]!;
      const turned = mirrored ? LOOKS.mirror!(random).apply(shown) : shown;
      pictures.push(inset ? drawInset(filler[k % filler.length]!, turned, inset) : turned);
    }
    fill();
  }
  const look = LOOKS[copies[0]?.look ?? 'none']!(random);
  const file = write(name, pictures.map(look.apply));
  console.error(name);
  return { id: name, file, edits: [name.slice(3).replace(/-\d+$/, '')], segments };
}

function drawInset(under: Picture, picture: Picture, scale: number): Picture {
  const [width, height] = [Math.round(SIZE.width * scale), Math.round(SIZE.height * scale)];
  const small = sample(picture, { x: 0, y: 0, ...SIZE }, width, height);
  const out = { ...under, data: under.data.slice() };
  paste(out, small, 14, 12);
  return out;
}
