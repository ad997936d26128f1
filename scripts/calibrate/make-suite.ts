/**
 * Makes a suite (references, edited queries, strangers) from pictures that no training saw:
 *
 *     node scripts/calibrate/make-suite.ts --media DIR --list FILE --out DIR --seed N
 *
 * `--drawn N` adds N drawn groups a family: one picture registered and copied, its look-alike a stranger.
 * `--padding FILE` names further pictures that are registered and never copied, so that the registry is as full as
 * a real one. Half of the pictures are registered. Each of those gives `--copies` queries of one to three edits, each of the
 * others as many strangers, edited alike. The edits are this folder's own.
 */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import type { Raster } from '../../server/domain/media.ts';
import { createImageDecoder } from '../../server/media/sharp-image-decoder.ts';
import { decodeImage } from '../../server/pipeline/decode/index.ts';
import { DRAWN, drawPicture } from './drawn-pictures.ts';
import { type Edit, GEOMETRIC_EDITS } from './geometric-edits.ts';
import { LOOK_EDITS } from './look-edits.ts';
import { asPicture, makeRandom, type Picture, type Random } from './picture.ts';
import type { SuiteQuery, SuiteReference } from './suite.ts';

const { values } = parseArgs({
  options: {
    media: { type: 'string' },
    list: { type: 'string' },
    out: { type: 'string' },
    seed: { type: 'string', default: '1' },
    copies: { type: 'string', default: '2' },
    padding: { type: 'string' },
    drawn: { type: 'string', default: '0' },
  },
});
if (!values.media || !values.list || !values.out) throw new Error('--media, --list and --out are needed');
const { media, out } = values as { media: string; out: string };
const random = makeRandom(Number(values.seed));
const names = (await readFile(values.list, 'utf8')).split('\n').filter((line) => line.trim() !== '');
const decoder = createImageDecoder();

const EDITS: Readonly<Record<string, Edit>> = { ...GEOMETRIC_EDITS, ...LOOK_EDITS };
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
const shuffled = names.map((name) => ({ name, key: random() })).sort((a, b) => a.key - b.key);
const pictures: Raster[] = [];
for (const { name } of shuffled) {
  const { raster } = await decodeImage({ path: join(media, name) }, decoder);
  pictures.push(raster);
}
const half = Math.floor(pictures.length / 2);
const strangers = pictures.slice(half);
const references: SuiteReference[] = [];
const queries: SuiteQuery[] = [];

for (const [i, raster] of pictures.entries()) {
  const registered = i < half;
  const id = `r${String(i).padStart(5, '0')}`;
  if (registered) {
    references.push({ id, file: `refs/${id}.jpg`, source: shuffled[i]!.name.split('/')[0]! });
    await write(raster, references.at(-1)!.file);
  }
  for (let copy = 0; copy < Number(values.copies); copy++) {
    const { edits, picture } = await edited(raster, strangers, random);
    const qid = `q${String(queries.length).padStart(5, '0')}`;
    const file = `queries/${qid}.jpg`;
    const { toOriginal: toReference, shown } = picture;
    queries.push({ id: qid, file, reference: registered ? id : null, edits, toReference, shown });
    await write(picture, file);
  }
  if (i % 50 === 0) process.stderr.write(`${i} of ${pictures.length}\n`);
}
const padding = values.padding ? (await readFile(values.padding, 'utf8')).split('\n').filter(Boolean) : [];
for (const [i, name] of padding.entries()) {
  const { raster } = await decodeImage({ path: join(media, name) }, decoder);
  const id = `p${String(i).padStart(5, '0')}`;
  references.push({ id, file: `refs/${id}.jpg`, source: name.split('/')[0]! });
  await write(raster, references.at(-1)!.file);
}
for (const family of Object.keys(DRAWN)) {
  for (let group = 1; group <= Number(values.drawn); group++) {
    const [work, lookAlike] = await Promise.all([
      drawPicture(family, group, 1),
      drawPicture(family, group, 2),
    ]);
    const id = `d-${family}-${group}`;
    references.push({ id, file: `refs/${id}.jpg`, source: 'drawn' });
    await write(work, references.at(-1)!.file);
    const copy = await edited(work, strangers, random);
    // Half of the look-alikes come as they are: an edit must not be what tells them apart.
    const stranger = random.chance(0.5)
      ? { edits: ['none'], picture: asPicture(lookAlike) }
      : await edited(lookAlike, strangers, random);
    for (const [{ edits, picture }, reference] of [
      [copy, id],
      [stranger, null],
    ] as const) {
      const qid = `q${String(queries.length).padStart(5, '0')}`;
      const { toOriginal: toReference, shown } = picture;
      queries.push({ id: qid, file: `queries/${qid}.jpg`, reference, edits, toReference, shown });
      await write(picture, queries.at(-1)!.file);
    }
  }
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
