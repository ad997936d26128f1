import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Look } from './video-edits.ts';
import { fit, LOOKS, makeRandom, paste, sample } from './video-edits.ts';
import type { Clip, Picture } from './video-frames.ts';
import { frameAt, loadClip } from './video-frames.ts';
import type { BenchManifest, BenchQuery, TrueSegment } from './video-manifest.ts';
import { openVideoWriter } from './video-writer.ts';

/** Raised when the generated queries change: cached ones are made anew. */
export const SUITE_VERSION = 2;
const SIDE = 384;

/** `fit`: calibration and development; `report`: what the bench prints. No scene stands in both. */
export type Split = 'fit' | 'report';

/** Clips made of other clips of the set: their truth is not known. */
export const COMPILATIONS = ['Zulko-9c8465cc'];

interface Source {
  readonly id: string;
  readonly path: string;
  readonly group: string;
  /** Never registered: what copies are spliced into, and the unrelated queries. */
  readonly isHost: boolean;
}

/** A stretch of one source as it appears in a query; speed below 0 runs backwards. */
interface Piece {
  readonly source: Source;
  readonly startS: number;
  readonly lengthS: number;
  readonly speed: number;
}

interface Plan {
  readonly id: string;
  readonly edits: readonly string[];
  readonly pieces: readonly Piece[];
  readonly look: Look;
  readonly inset?: {
    readonly piece: Piece;
    readonly atS: number;
    readonly scale: number;
    readonly x: number;
    readonly y: number;
  };
  readonly crf: number;
}

/** Clips of one half of the scenes. Files of one name in two projects show one scene; one of them stays. */
export function readSources(folder: string, split: Split): Source[] {
  const rows = readFileSync(join(folder, 'index.tsv'), 'utf8').trim().split('\n').slice(1).sort();
  const seen = new Set<string>();
  const groups = new Map<string, Source[]>();
  for (const row of rows) {
    const [file, , path, , , , , , scene] = row.split('\t');
    const stem = path!.split('/').at(-1)!;
    if (seen.has(stem)) continue;
    seen.add(stem);
    const source = {
      id: file!.replace(/\.\w+$/, ''),
      path: join(folder, file!),
      group: scene!,
      isHost: false,
    };
    groups.set(scene!, [...(groups.get(scene!) ?? []), source]);
  }
  const order = [...groups.keys()].sort((a, b) => makeRandom(`order ${a}`)() - makeRandom(`order ${b}`)());
  return order.flatMap((group, i) => {
    const mine = i % 2 === (split === 'fit' ? 0 : 1);
    return mine ? groups.get(group)!.map((source) => ({ ...source, isHost: (i >> 1) % 4 === 3 })) : [];
  });
}

/**
 * Makes (or finds) the edited queries of a split, only every `every`th when asked so, and gives their manifest; `log` hears
 * of every new file.
 */
export function makeSuite(
  folder: string,
  cache: string,
  split: Split,
  log: (line: string) => void,
  every = 1,
): BenchManifest {
  const directory = join(cache, `v${SUITE_VERSION}-${split}`);
  mkdirSync(directory, { recursive: true });
  const sources = readSources(folder, split);
  const clips = new Map<string, Clip>();
  const load = (source: Source): Clip => {
    // All clips of a split stay in memory, about a gigabyte: every query needs several of them.
    const held = clips.get(source.id) ?? loadClip(source.path, SIDE);
    clips.set(source.id, held);
    return held;
  };
  const queries: BenchQuery[] = [];
  const plans = sources.flatMap((source) => planQueries(source, sources, load));
  for (const plan of plans.filter((_, i) => i % every === 0)) {
    const file = join(directory, `${plan.id}.mp4`);
    const truth = `${file}.json`;
    if (!existsSync(truth)) {
      const segments = render(plan, load, file);
      writeFileSync(truth, JSON.stringify(segments));
      log(plan.id);
    }
    const segments = JSON.parse(readFileSync(truth, 'utf8')) as TrueSegment[];
    queries.push({ id: plan.id, file, edits: plan.edits, segments });
  }
  const references = sources
    .filter((s) => !s.isHost && !COMPILATIONS.includes(s.id))
    .map(({ id, path }) => ({ id, file: path }));
  const isClean = (id: string) => !COMPILATIONS.some((name) => id.startsWith(name));
  const clean = queries.filter(
    (query) => isClean(query.id) && query.segments.every((s) => isClean(s.reference)),
  );
  const suite = `colophon-video-${SUITE_VERSION}-${split}`;
  const manifest: BenchManifest = { suite, medium: 'video', references, queries: clean };
  writeFileSync(join(directory, 'manifest.json'), JSON.stringify(manifest, null, 1));
  return manifest;
}

const SPLICES = ['none', 'crop', 'scale', 'mirror', 'letterbox', 'overlay', 'brightness', 'stretch'];

function planQueries(source: Source, all: readonly Source[], load: (source: Source) => Clip): Plan[] {
  const random = makeRandom(`plan ${source.id}`);
  const hosts = all.filter((other) => other.isHost && other.group !== source.group);
  const others = all.filter((other) => !other.isHost && other.group !== source.group);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
  const cut = (
    from: Source,
    seconds: number,
    speed = 1,
    within: readonly [number, number] = [0, 1],
  ): Piece => {
    const { durationS, fps } = load(from);
    const span = (within[1] - within[0]) * durationS;
    const lengthS = Math.min(seconds, (span - 2 / fps) / Math.abs(speed));
    const free = span - lengthS * Math.abs(speed);
    const frame = Math.round((within[0] * durationS + random() * free) * fps);
    return { source: from, startS: frame / fps, lengthS, speed };
  };
  const filler = () => cut(pick(hosts), 1.2 + 2 * random());
  const plan = (name: string, pieces: readonly Piece[], look: Look, extra: Partial<Plan> = {}): Plan => ({
    id: `${source.id}-${name}`,
    edits: [name, look.name].filter((edit) => edit !== 'none'),
    pieces,
    look,
    crf: Math.round(23 + 10 * random()),
    ...extra,
  });
  const look = (name: string) => LOOKS[name]!(random);
  const length = () => 2.5 + 2 * random();
  if (source.isHost) {
    return ['none', 'crop', 'overlay'].map((name) => plan(`unrelated-${name}`, [cut(source, 6)], look(name)));
  }
  const flip = random() < 0.5;
  const halves = [cut(source, 2 + random(), 1, [0, 0.46]), cut(source, 2 + random(), 1, [0.54, 1])];
  const speed = random() < 0.5 ? 0.5 + 0.35 * random() : 1.25 + 0.75 * random();
  const inset = cut(source, 3.5 + random());
  const scale = 0.33 + 0.17 * random();
  return [
    plan('trim', [cut(source, length())], look('none'), { crf: 36 }),
    ...SPLICES.map((name) => plan(`splice-${name}`, [filler(), cut(source, length()), filler()], look(name))),
    plan('speed', [filler(), cut(source, length(), speed), filler()], look('none')),
    plan('speed-only', [cut(source, length(), 1 / speed)], look('overlay')),
    plan(
      flip ? 'parts-reordered' : 'parts',
      [filler(), ...(flip ? halves.toReversed() : [halves[0]!, filler(), halves[1]!])],
      look('none'),
    ),
    plan('two-works', [cut(pick(others), length()), filler(), cut(source, length())], look('none')),
    plan('backwards', [filler(), cut(source, length(), -1), filler()], look('none')),
    plan('picture-in-picture', [cut(pick(hosts), 5)], look('none'), {
      inset: {
        piece: inset,
        atS: 0.4,
        scale,
        x: random() < 0.5 ? 0.04 : 0.96 - scale,
        y: random() < 0.5 ? 0.05 : 0.95 - scale,
      },
    }),
  ];
}

/** Draws and writes a query; gives its true segments. */
function render(plan: Plan, load: (source: Source) => Clip, file: string): TrueSegment[] {
  const main = plan.pieces.find((piece) => !piece.source.isHost) ?? plan.inset?.piece ?? plan.pieces[0]!;
  const { fps, frames } = load(main.source);
  const canvas = frames[0]!;
  const segments: TrueSegment[] = [];
  const start = plan.look.apply(fit(canvas, canvas.width, canvas.height));
  const writer = openVideoWriter(file, {
    width: start.width,
    height: start.height,
    fps,
    gop: 96,
    options: { preset: 'veryfast', crf: String(plan.crf) },
  });
  let count = 0;
  const note = ({ source, startS, speed }: Piece, from: number, length: number) => {
    const source2: [number, number] = [startS, startS + (length * Math.abs(speed)) / fps];
    if (!source.isHost)
      segments.push({ reference: source.id, query: [from / fps, (from + length) / fps], source: source2 });
  };
  for (const piece of plan.pieces) {
    const length = Math.round(piece.lengthS * fps);
    note(piece, count, length);
    for (let k = 0; k < length; k++) {
      let picture = fit(show(piece, load, k, length, fps), canvas.width, canvas.height);
      if (plan.inset) picture = drawInset(picture, plan.inset, load, k, fps);
      writer.write(plan.look.apply(picture).data);
    }
    count += length;
  }
  if (plan.inset) {
    const from = Math.round(plan.inset.atS * fps);
    note(plan.inset.piece, from, Math.min(count - from, Math.round(plan.inset.piece.lengthS * fps)));
  }
  writer.close();
  return segments;
}

function show(piece: Piece, load: (source: Source) => Clip, k: number, length: number, fps: number): Picture {
  const clip = load(piece.source);
  const step = piece.speed < 0 ? length - 1 - k : k;
  return clip.frames[frameAt(clip, piece.startS + (step * Math.abs(piece.speed)) / fps + 1e-3)]!;
}

function drawInset(
  under: Picture,
  inset: NonNullable<Plan['inset']>,
  load: (source: Source) => Clip,
  k: number,
  fps: number,
): Picture {
  const length = Math.round(inset.piece.lengthS * fps);
  const step = k - Math.round(inset.atS * fps);
  if (step < 0 || step >= length) return under;
  const picture = show(inset.piece, load, step, length, fps);
  const width = Math.round(under.width * inset.scale);
  const height = Math.round(under.height * inset.scale);
  const small = sample(picture, { x: 0, y: 0, width: picture.width, height: picture.height }, width, height);
  const out = { ...under, data: under.data.slice() };
  paste(out, small, Math.round(inset.x * under.width), Math.round(inset.y * under.height));
  return out;
}
