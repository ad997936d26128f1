/**
 * Makes a suite (references, edited queries, strangers) from pictures that no training saw:
 *
 *     node scripts/calibrate/make-suite.ts --media DIR --list FILE --out DIR [--seed N] [--copies N]
 *         [--except FILE] [--fill N] [--near N] [--drawn N]
 *
 * Half of the pictures are registered. Each of those gives `--copies` queries of one to three edits, each of the others as many
 * strangers, edited alike. `--fill N` registers N further pictures of the folder, which are never copied, so that the registry
 * is as full as a real one; `--near N` the N that resemble a held-out one most: second shots of a scene. `--except` lists pictures
 * that show a held-out one once more, cropped or recoloured (found by looking). `--drawn N` adds N groups a family of drawings, and
 * N of photographs in one frame: the first of a group is registered, and copied `--copies` times; its look-alike is a stranger. The
 * edits are this folder's own.
 *
 * Every query names its part (`suite.ts`): photographs are dealt out one by one, drawings by family.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { type Raster, WHOLE } from '../../server/domain/media.ts';
import { openModel } from '../../server/inference/index.ts';
import { createImageDecoder } from '../../server/media/sharp-image-decoder.ts';
import { decodeImage } from '../../server/pipeline/decode/index.ts';
import { fingerprintRegions } from '../../server/pipeline/fingerprint/index.ts';
import { defaultModel } from '../bench/default-model.ts';
import { inner, toUnit } from '../bench/matching-methods.ts';
import { DRAWN, drawLookAlikes } from './drawn-pictures.ts';
import { type Edit, GEOMETRIC_EDITS } from './geometric-edits.ts';
import { LOOK_EDITS } from './look-edits.ts';
import { mountPicture } from './mounted-pictures.ts';
import { asPicture, makeRandom, type Picture, type Random } from './picture.ts';
import { PARTS, type Part, type SuiteQuery, type SuiteReference } from './suite.ts';

const { values } = parseArgs({
  options: {
    media: { type: 'string' },
    list: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    copies: { type: 'string', default: '2' },
    fill: { type: 'string', default: '0' },
    except: { type: 'string' },
    near: { type: 'string', default: '0' },
    drawn: { type: 'string', default: '0' },
  },
});
if (!values.media || !values.list || !values.out) throw new Error('--media, --list and --out are needed');
const { media, out } = values as { media: string; out: string };
const random = makeRandom(Number(values.seed));
const names = await readNames(values.list);
const decoder = createImageDecoder();

const EDITS: Readonly<Record<string, Edit>> = { ...GEOMETRIC_EDITS, ...LOOK_EDITS };
/** Cosine of two unedited pictures from which they are one: a pair here has 0.89, the next, two shots of one shelf, 0.78. */
const SAME = 0.85;
/** Enough for six groups. */
const MOUNTED = 12;
/** A second placement of the same kind would only shrink the picture to nothing. */
const COMPOSITES = new Set(['inset', 'collage', 'border', 'crop-hard']);

function chooseEdits(): string[] {
  const count = random.pick([1, 2, 2, 3]);
  const chosen: string[] = [];
  while (chosen.length < count) {
    const name = random.pick(Object.keys(EDITS));
    const clash = COMPOSITES.has(name) && chosen.some((other) => COMPOSITES.has(other));
    if (!chosen.includes(name) && !clash) chosen.push(name);
  }
  return chosen;
}

async function edited(raster: Raster, others: readonly Raster[], rng: Random) {
  const edits = chooseEdits();
  let picture: Picture = asPicture(raster);
  for (const name of edits) picture = await EDITS[name]!(picture, rng, others);
  return { edits, picture };
}

await mkdir(join(out, 'refs'), { recursive: true });
await mkdir(join(out, 'queries'), { recursive: true });
/** What a photograph is for must not depend on the seed: samples of several suites are fitted together. */
const fixed = shuffle(names, makeRandom(1));
const partOf = new Map(fixed.map((name, i) => [name, PARTS[i % PARTS.length]!]));
/**
 * Photographs that are only ever shown in a frame, two a group. A suite without drawings leaves them out too: in their frames they
 * may be for another part.
 */
const mounted = await readAll(fixed.splice(0, MOUNTED).slice(0, 2 * Number(values.drawn)));
const shuffled = shuffle(fixed, random);
const pictures = await readAll(shuffled);
const half = Math.floor(pictures.length / 2);
const strangers = pictures.slice(half);
const references: SuiteReference[] = [];
const queries: SuiteQuery[] = [];
const copies = Number(values.copies);

async function register(id: string, source: string, raster: Raster): Promise<void> {
  references.push({ id, file: `refs/${id}.jpg`, source });
  await write(raster, references.at(-1)!.file);
}

async function ask(
  { edits, picture }: { edits: readonly string[]; picture: Picture },
  reference: string | null,
  part: Part,
): Promise<void> {
  const id = `q${String(queries.length).padStart(5, '0')}`;
  const { toOriginal: toReference, shown } = picture;
  queries.push({ id, file: `queries/${id}.jpg`, reference, edits, toReference, shown, part });
  await write(picture, queries.at(-1)!.file);
}

/** A work of a group with its copies, and what looks like it; half of the look-alikes come as they are: no edit may tell. */
async function addGroup(id: string, part: Part, work: Raster, lookAlike: Raster): Promise<void> {
  await register(id, 'drawn', work);
  for (let copy = 0; copy < copies; copy++) await ask(await edited(work, strangers, random), id, part);
  const asItIs = { edits: ['none'], picture: asPicture(lookAlike) };
  await ask(random.chance(0.5) ? asItIs : await edited(lookAlike, strangers, random), null, part);
}

for (const [i, raster] of pictures.entries()) {
  const id = `r${String(i).padStart(5, '0')}`;
  const source = shuffled[i]!.split('/')[0]!;
  if (i < half) await register(id, source, raster);
  for (let copy = 0; copy < copies; copy++) {
    await ask(await edited(raster, strangers, random), i < half ? id : null, partOf.get(shuffled[i]!)!);
  }
  if (i % 50 === 0) process.stderr.write(`${i} of ${pictures.length}\n`);
}
const near = Number(values.near);
const listed = new Set([...names, ...(values.except ? await readNames(values.except) : [])]);
const others = (await readdir(media, { recursive: true }))
  .filter((name) => /\.(webp|jpe?g|png)$/.test(name) && !listed.has(name))
  .sort();
const spread = spreadEvenly(others, Number(values.fill));
if (near > 0 || spread.length > 0) {
  const model = await openModel(await defaultModel());
  const vectorOf = async (raster: Raster) =>
    toUnit((await fingerprintRegions(raster, [WHOLE], model.embedder))[0]!.segment.vector);
  const known: Float64Array[] = [];
  for (const raster of [...pictures, ...mounted]) known.push(await vectorOf(raster));
  const measured: { name: string; similarity: number }[] = [];
  for (const name of near > 0 ? others : spread) {
    const vector = await vectorOf((await readAll([name]))[0]!);
    measured.push({ name, similarity: Math.max(...known.map((other) => inner(vector, other))) });
  }
  await model.close();
  // The same picture twice: its copies would count as false alarms.
  const fill = measured.filter(({ similarity }) => similarity <= SAME);
  const nearest = [...fill].sort((a, b) => b.similarity - a.similarity).slice(0, near);
  const chosen = new Set([...nearest.map(({ name }) => name), ...spread]);
  for (const [i, { name }] of fill.filter(({ name }) => chosen.has(name)).entries()) {
    await register(`p${String(i).padStart(5, '0')}`, name.split('/')[0]!, (await readAll([name]))[0]!);
  }
}
/** More designs for the fit than for the two others. */
const FAMILY_PARTS = ['fit', 'fit', 'choose', 'report'] as const;
/** Other drawings for every seed. */
const firstGroup = 1000 * Number(values.seed);
for (const [i, family] of Object.keys(DRAWN).entries()) {
  for (let group = firstGroup; group < firstGroup + Number(values.drawn); group++) {
    const part = FAMILY_PARTS[i % FAMILY_PARTS.length]!;
    const pair = await drawLookAlikes(family, group);
    if (pair) await addGroup(`d-${family}-${group}`, part, ...pair);
  }
}
for (let group = 0; 2 * group < mounted.length; group++) {
  const mount = (photograph: Raster) => mountPicture(photograph, firstGroup + group);
  const [work, lookAlike] = [await mount(mounted[2 * group]!), await mount(mounted[2 * group + 1]!)];
  await addGroup(`d-mounted-${group}`, PARTS[group % PARTS.length]!, work, lookAlike);
}

async function readNames(file: string): Promise<string[]> {
  return (await readFile(file, 'utf8')).split('\n').filter((line) => line.trim() !== '');
}

function shuffle(items: readonly string[], rng: Random): string[] {
  return items
    .map((item) => ({ item, key: rng() }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}

async function readAll(files: readonly string[]): Promise<Raster[]> {
  const rasters: Raster[] = [];
  for (const file of files) rasters.push((await decodeImage({ path: join(media, file) }, decoder)).raster);
  return rasters;
}

function spreadEvenly(all: readonly string[], count: number): string[] {
  const step = Math.max(1, all.length / count);
  return Array.from({ length: Math.min(count, all.length) }, (_, i) => all[Math.floor(i * step)]!);
}
await writeFile(
  join(out, 'manifest.json'),
  JSON.stringify({ suite: 'held-out', seed: values.seed, kinds: Object.keys(EDITS), references, queries }),
);

async function write(raster: Raster, file: string): Promise<void> {
  const { width, height } = raster;
  await sharp(raster.data, { raw: { width, height, channels: 3 } })
    .jpeg({ quality: 92 })
    .toFile(join(out, file));
}
