/**
 * How often pictures that are no copies are taken for one: `npm run bench:lookalikes -- --data DIR --json FILE`.
 *
 * Two suites. Drawn families (pages, logos, charts, shapes, gradients, blank sheets, one scene from two places):
 * the first of each pair is registered, the second checked. And every reference of a suite folder against all the
 * others: photographs of the same products, places and kinds, themselves left out. `--cache FILE` keeps the prints of the
 * references between runs.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Print } from '../../server/domain/fingerprint.ts';
import type { WorkId } from '../../server/domain/ids.ts';
import type { Outcome } from '../../server/domain/match.ts';
import type { DecodedImage, Raster } from '../../server/domain/media.ts';
import { ColophonError, InputError } from '../../server/errors.ts';
import { type Model, openModel } from '../../server/inference/index.ts';
import { decide } from '../../server/pipeline/decide/index.ts';
import { fingerprintImage } from '../../server/pipeline/fingerprint/index.ts';
import { type MatchDependencies, matchPrint } from '../../server/pipeline/match/index.ts';
import { openVectorIndex } from '../../server/search/index.ts';
import { readSuite } from '../calibrate/suite.ts';
import { defaultModel } from './default-model.ts';
import { drawPair, FAMILIES } from './lookalikes-pictures.ts';
import { decodeFile, inOrder, registerSuite } from './matching-registry.ts';

/** Outcomes of one family. */
interface Count {
  checked: number;
  copy: number;
  review: number;
  /** The pairs that were not called distinct, likeliest first. */
  readonly hits: { query: string; work: string; outcome: Outcome; probability: number }[];
}

function readOptions() {
  try {
    const { values } = parseArgs({
      strict: true,
      options: {
        data: { type: 'string', default: '../shared/media/dev' },
        model: { type: 'string' },
        json: { type: 'string' },
        pairs: { type: 'string', default: '20' },
        references: { type: 'string', default: '300' },
        cache: { type: 'string' },
      },
    });
    for (const name of ['pairs', 'references'] as const) {
      if (!/^\d+$/.test(values[name])) throw new InputError('invalid_request', `--${name} is a number`);
    }
    return values;
  } catch (cause) {
    if (cause instanceof ColophonError) throw cause;
    throw new InputError('invalid_request', (cause as Error).message, { cause });
  }
}

async function main(): Promise<void> {
  const options = readOptions();
  const suite = await readSuite(options.data);
  const model = await openModel(options.model ?? (await defaultModel()));
  const counts: Record<string, Count> = await checkDrawn(model, Number(options.pairs));
  show(counts);
  const registry = await registerSuite(suite, options.data, model, undefined, options.cache);
  const photographs = newCount();
  await inOrder(suite.references.slice(0, Number(options.references)), async ({ id, file }) => {
    const decoded = await decodeFile(options.data, file);
    const self: WorkId = `work_${id}`;
    await check(decoded, id, { ...registry, ...model }, model, photographs, [self]);
  });
  counts['photographs left out'] = photographs;
  show({ 'photographs left out': photographs });
  const all = Object.values(counts);
  const total = (what: 'checked' | 'copy' | 'review') => all.reduce((sum, count) => sum + count[what], 0);
  process.stdout.write(
    `false alarms: ${total('copy')} called copies, ${total('review')} sent to review, of ${total('checked')}\n`,
  );
  if (options.json)
    await writeFile(options.json, `${JSON.stringify({ policy: model.policy, counts }, null, 1)}\n`);
  await model.close();
}

/** A line for every family, with the likeliest pairs. */
function show(counts: Readonly<Record<string, Count>>): void {
  for (const [family, { checked, copy, review, hits }] of Object.entries(counts)) {
    const seen = hits.slice(0, 8).map((hit) => `${hit.query}–${hit.work} ${hit.probability.toFixed(3)}`);
    process.stdout.write(
      `${family.padEnd(22)}${String(checked).padStart(6)} checked${String(copy).padStart(5)} copy${String(review).padStart(5)} review  ${seen.join(', ')}\n`,
    );
  }
}

/** All first pictures of all families are one registry; every second picture is checked against all of them. */
async function checkDrawn(model: Model, pairs: number): Promise<Record<string, Count>> {
  const search = await openVectorIndex({ modelDigest: model.digest });
  const prints = new Map<WorkId, Print>();
  const seconds: { family: string; id: string; raster: Raster }[] = [];
  let position = 0;
  for (const family of Object.keys(FAMILIES)) {
    const seeds = Array.from({ length: pairs }, (_, i) => i + 1);
    await inOrder(seeds, async (seed) => {
      const [first, second] = await drawPair(family, seed);
      const workId: WorkId = `work_${family}${seed}`;
      const print = await fingerprintImage(asDecoded(first), model.embedder);
      prints.set(workId, print);
      search.add({ position: ++position, workId, vectors: print.segments.map((segment) => segment.vector) });
      seconds.push({ family, id: `${family}${seed}`, raster: second });
    });
  }
  const source = {
    loadPrints: async (ids: readonly WorkId[]) => new Map(ids.map((id) => [id, prints.get(id)!] as const)),
  };
  const counts: Record<string, Count> = {};
  await inOrder(seconds, async ({ family, id, raster }) => {
    counts[family] ??= newCount();
    await check(asDecoded(raster), id, { search, prints: source, ...model }, model, counts[family]);
  });
  return counts;
}

async function check(
  decoded: DecodedImage,
  id: string,
  deps: MatchDependencies,
  model: Model,
  count: Count,
  exclude: readonly WorkId[] = [],
): Promise<void> {
  const print = await fingerprintImage(decoded, model.embedder);
  const matches = await matchPrint({ decoded, print, exactWorkIds: [] }, deps, { exclude });
  const { outcome, matches: kept } = decide(matches, model.policy, model.digest);
  count.checked++;
  if (outcome === 'distinct') return;
  count[outcome]++;
  const best = kept[0]!;
  count.hits.push({ query: id, work: best.workId, outcome, probability: best.probability });
  count.hits.sort((a, b) => b.probability - a.probability);
}

function newCount(): Count {
  return { checked: 0, copy: 0, review: 0, hits: [] };
}

function asDecoded(raster: Raster): DecodedImage {
  return { mediaType: 'image/png', width: raster.width, height: raster.height, raster };
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ColophonError)) throw error;
  process.stderr.write(`${error.code}: ${error.message}\n`);
  process.exitCode = 2;
}
