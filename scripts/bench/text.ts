/**
 * `npm run bench:text -- [--data DIR] [--json FILE] [--out DIR] [--each N]`: finds copied stretches in a set of texts and
 * counts characters. DIR with a `manifest.json` (docs/bench-format.md) is run as it is; DIR with the two novels of
 * ../shared/media/text gets a set generated from it first, in `--out` or a temporary folder.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { makeDotPlot, makeShingling } from './text-baselines.ts';
import { benchCorpus } from './text-corpus.ts';
import { generateTextSet } from './text-generate.ts';
import { readTextManifest } from './text-manifest.ts';
import { addQuery, type FoundSegment, figures, newTally, sumTallies, type Tally } from './text-metrics.ts';
import { openShippedPath } from './text-shipped.ts';

/** At or above this probability a match is reported. */
const THRESHOLD = 0.5;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: '../shared/media/text' },
    json: { type: 'string' },
    out: { type: 'string' },
    each: { type: 'string', default: '12' },
  },
});

const data = resolve(values.data);
const folder = existsSync(join(data, 'manifest.json')) ? data : await generated();
const manifest = readTextManifest(folder);
await using shipped = await openShippedPath();
const baselines = [makeDotPlot(), makeShingling()];
for (const { id, file } of manifest.references) {
  const text = await shipped.add(id, join(folder, file));
  for (const method of baselines) method.add(id, text);
}

const tallies = new Map<string, Map<string, Tally>>();
const names = ['colophon', ...baselines.map((method) => method.name)];
const latencies: number[] = [];
for (const { id, file, edits, segments } of manifest.queries) {
  const startedAt = performance.now();
  const { text, matches } = await shipped.check(join(folder, file));
  latencies.push(performance.now() - startedAt);
  const found = matches
    .filter((match) => match.probability >= THRESHOLD)
    .flatMap((match) =>
      match.segments.map(
        ({ query, source }): FoundSegment => ({
          reference: match.workId,
          query: [...query],
          source: [...source],
        }),
      ),
    );
  record('colophon', edits, segments, found);
  for (const method of baselines) record(method.name, edits, segments, method.find(text));
  if (process.env['BENCH_TRACE']) {
    console.log(id, JSON.stringify({ segments, found, p: matches.map((m) => m.probability) }));
  }
}

print();
if (values.json) writeFileSync(values.json, `${JSON.stringify(report(), null, 2)}\n`);
if (folder !== data && !values.out) rmSync(folder, { recursive: true });

async function generated(): Promise<string> {
  const out = values.out ? resolve(values.out) : mkdtempSync(join(tmpdir(), 'colophon-text-set-'));
  generateTextSet(await benchCorpus(data, Number(values.each)), out);
  return out;
}

function record(
  name: string,
  edits: readonly string[],
  actual: readonly FoundSegment[],
  found: readonly FoundSegment[],
): void {
  for (const edit of edits.length > 0 ? edits : ['unnamed']) {
    const byMethod = tallies.get(edit) ?? new Map<string, Tally>();
    const tally = byMethod.get(name) ?? newTally();
    addQuery(tally, actual, found);
    byMethod.set(name, tally);
    tallies.set(edit, byMethod);
  }
}

function totals(name: string) {
  return figures(sumTallies([...tallies.values()].map((byMethod) => byMethod.get(name)!)));
}

function speed(): unknown {
  const path = join(folder, manifest.references[0]!.file);
  const run = spawnSync(process.execPath, [join(import.meta.dirname, 'text-speed.ts'), path, '8'], {
    encoding: 'utf8',
  });
  return run.status === 0 ? JSON.parse(run.stdout) : { failed: run.stderr };
}

function percentile(share: number): number {
  return latencies.toSorted((a, b) => a - b)[
    Math.min(latencies.length - 1, Math.floor(latencies.length * share))
  ]!;
}

function report() {
  return {
    suite: manifest.suite,
    threshold: THRESHOLD,
    methods: Object.fromEntries(
      names.map((name) => [
        name,
        {
          total: totals(name),
          edits: Object.fromEntries([...tallies].map(([edit, by]) => [edit, figures(by.get(name)!)])),
        },
      ]),
    ),
    checkMs: { p50: percentile(0.5), p99: percentile(0.99) },
    speed: speed(),
  };
}

function print(): void {
  const cell = (value: number | null): string => (value === null ? '–' : value.toFixed(3)).padStart(6);
  console.log(
    `${manifest.suite}: ${manifest.queries.length} queries, ${manifest.references.length} references`,
  );
  console.log(
    'precision, recall and F1 by characters; query side | source side | queries with a false stretch',
  );
  for (const name of names) {
    console.log(`\n${name}`);
    const rows = [...tallies].map(([edit, by]) => [edit, figures(by.get(name)!)] as const);
    for (const [edit, { queries, query, source, falseAlarmRate }] of [
      ...rows,
      ['all', totals(name)] as const,
    ]) {
      const sides = [query, source].map(
        (side) => `${cell(side.precision)} ${cell(side.recall)} ${cell(side.f1)}`,
      );
      console.log(
        `${edit.padEnd(20)} ${String(queries).padStart(4)} ${sides.join('  | ')}  | ${cell(falseAlarmRate)}`,
      );
    }
  }
  console.log(
    `\na check: ${percentile(0.5).toFixed(0)} ms (median), ${percentile(0.99).toFixed(0)} ms (p99)`,
  );
}
