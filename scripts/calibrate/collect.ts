/**
 * Runs the matcher over suites and writes what it knew of every candidate, for `fit.ts`:
 *
 *     node scripts/calibrate/collect.ts --out FILE [--model DIR] [--prints FILE] [--limit N] SUITE…
 *
 * `--limit N` takes N queries of each suite; `--prints` keeps the prints of the references between runs. Queries are taken in an order
 * that mixes all kinds, and what is known is written after every hundred: a run that is cut short leaves a fair sample.
 */
import { writeFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import { openModel } from '../../server/inference/index.ts';
import { fingerprintImage } from '../../server/pipeline/fingerprint/index.ts';
import { matchFeatures } from '../../server/pipeline/match/features.ts';
import type { MatchFeatures } from '../../server/pipeline/match/index.ts';
import { lookForWorks } from '../../server/pipeline/match/look-for-works.ts';
import { defaultModel } from '../bench/default-model.ts';
import { decodeFile, inOrder, referenceOf, registerSuite } from '../bench/matching-registry.ts';
import { type Part, readSuite } from './suite.ts';

/** One candidate of one query: features, and whether the query copies it. */
export interface Sample {
  readonly suite: string;
  readonly query: string;
  readonly reference: string;
  readonly copy: boolean;
  /** Whether the query copies anything registered. */
  readonly registered: boolean;
  readonly part: Part;
  readonly edits: readonly string[];
  readonly features: MatchFeatures;
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    prints: { type: 'string' },
    out: { type: 'string' },
    model: { type: 'string' },
    limit: { type: 'string', default: '1000000' },
  },
});
if (!values.out || positionals.length === 0) throw new Error('--out and a suite are needed');
const { out } = values;
const model = await openModel(values.model ?? (await defaultModel()));
const samples: Sample[] = [];
for (const folder of positionals) {
  const suite = await readSuite(folder);
  const registry = await registerSuite(
    suite,
    folder,
    model,
    (done, of) => {
      if (done % 500 === 0 || done === of) process.stderr.write(`${folder}: registered ${done} of ${of}\n`);
    },
    values.prints,
  );
  const queries = mixed(suite.queries).slice(0, Number(values.limit));
  let done = 0;
  const started = process.cpuUsage();
  await inOrder(queries, async ({ id, file, reference, edits, part = 'report' }) => {
    const decoded = await decodeFile(folder, file);
    const { raster } = decoded;
    const print = await fingerprintImage(decoded, model.embedder);
    if (!print.lowInformation) {
      const options = { skip: new Set<never>(), limit: 16 };
      const { examined } = await lookForWorks(raster, print, { ...registry, ...model }, options);
      for (const one of examined) {
        const candidate = referenceOf(one.workId);
        samples.push({
          suite: folder,
          query: id,
          reference: candidate,
          copy: candidate === reference,
          registered: reference !== null,
          part,
          edits,
          features: matchFeatures(one),
        });
      }
    }
    if (++done % 100 === 0) {
      await writeFile(out, JSON.stringify(samples));
      const { user, system } = process.cpuUsage(started);
      const each = Math.round((user + system) / 1000 / done);
      process.stderr.write(
        `${folder}: checked ${done} of ${queries.length}, ${each} ms of processor time each\n`,
      );
    }
  });
}
await writeFile(out, JSON.stringify(samples));
await model.close();

/** The same queries in another order, always the same: by the fractional parts of multiples of the golden ratio. */
function mixed<T>(all: readonly T[]): T[] {
  const key = (i: number) => (i * 0.618_033_988_75) % 1;
  return all
    .map((item, i) => ({ item, key: key(i) }))
    .sort((a, b) => a.key - b.key)
    .map(({ item }) => item);
}
