/**
 * Fits the calibration of `server/pipeline/decide/video/` on the `fit` half of the scenes, which `bench:video` never
 * reports on: `node scripts/bench/video-calibrate.ts [--model DIR] [--every N] [--refit]` prints the weights to put there.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { openModel } from '../../server/inference/open-model.ts';
import { segmentFeatures } from '../../server/pipeline/decide/video/index.ts';
import type { VideoSegmentMatch } from '../../server/pipeline/match/video/index.ts';
import { defaultModel } from './default-model.ts';
import type { BenchQuery } from './video-manifest.ts';
import { makeSuite } from './video-suite.ts';
import { createVideoSystem } from './video-system.ts';

const { values } = parseArgs({
  options: {
    media: { type: 'string', default: '../shared/media/video' },
    model: { type: 'string' },
    every: { type: 'string', default: '1' },
    refit: { type: 'boolean', default: false },
  },
});

/**
 * Where the weights stand before any data: mostly likeness of the frames. Copies and strangers are nearly separable
 * and strangers that get this far are few, so the data alone would not say which feature to trust.
 */
const PRIOR = [-11, 12, 6, 2, 0.8, 2, -1];

interface Row {
  readonly features: readonly number[];
  readonly isCopy: boolean;
  /** The right work at the wrong place: says nothing about strangers, and is left out. */
  readonly isMisplaced: boolean;
  readonly id: string;
  readonly reference: string;
}

const KEPT = join(tmpdir(), 'colophon-video-claims.json');
const all = values.refit ? (JSON.parse(readFileSync(KEPT, 'utf8')) as Row[]) : await collect();
const rows = all.filter(({ isMisplaced }) => !isMisplaced);
const weights = fitLogistic(rows.map((row) => ({ x: [1, ...row.features], y: row.isCopy ? 1 : 0 })));
console.log(`${rows.length} segments, ${rows.filter((row) => row.isCopy).length} of them copies`);
console.log(`exact: [${weights.map((weight) => weight.toFixed(3)).join(', ')}]`);

/** Matches the queries of the half; kept after every query, so that a run that was cut short can be fitted too. */
async function collect(): Promise<Row[]> {
  const suite = makeSuite(values.media, join(tmpdir(), 'colophon-bench-video'), 'fit', console.error);
  const model = await openModel(values.model ?? (await defaultModel()));
  const system = await createVideoSystem(suite.references, model.embedder);
  const found: Row[] = [];
  for (const [i, query] of suite.queries.entries()) {
    if (i % Number(values.every) !== 0) continue;
    const print = await system.fingerprint(query.file);
    for (const { workId, segments } of await system.match(print, query.file)) {
      for (const segment of segments) {
        const isCopy = isTrue(query, workId, segment);
        const isMisplaced = !isCopy && query.segments.some(({ reference }) => reference === workId);
        found.push({
          features: segmentFeatures(segment),
          isCopy,
          isMisplaced,
          id: query.id,
          reference: workId,
        });
      }
    }
    writeFileSync(KEPT, JSON.stringify(found));
    console.error(`${i + 1}/${suite.queries.length} ${query.id}: ${found.length} segments`);
  }
  await model.close();
  return found;
}

/** Half of the claimed stretch is truly that stretch, on both sides. */
function isTrue({ segments }: BenchQuery, reference: string, { query, work }: VideoSegmentMatch): boolean {
  const share = (startMs: number, endMs: number, [from, to]: readonly [number, number]) =>
    (Math.min(endMs / 1000, to) - Math.max(startMs / 1000, from)) / ((endMs - startMs) / 1000);
  return segments.some(
    (segment) =>
      segment.reference === reference &&
      share(query.startMs, query.endMs, segment.query) >= 0.5 &&
      share(work.startMs, work.endMs, segment.source) >= 0.5,
  );
}

/** Newton's method with a ridge around the prior. */
function fitLogistic(data: readonly { readonly x: readonly number[]; readonly y: number }[]): number[] {
  const size = data[0]!.x.length;
  let weights = [...PRIOR];
  for (let round = 0; round < 40; round++) {
    const ridge = weights.map((_, i): number => (i === 0 ? 0.02 : 0.1));
    const gradient = weights.map((weight, i) => ridge[i]! * (weight - PRIOR[i]!));
    const hessian = weights.map((_, i) => weights.map((__, j) => (i === j ? ridge[i]! : 0)));
    for (const { x, y } of data) {
      const p = 1 / (1 + Math.exp(-x.reduce((sum, value, i) => sum + value * weights[i]!, 0)));
      for (let i = 0; i < size; i++) {
        gradient[i] = gradient[i]! + (p - y) * x[i]!;
        for (let j = 0; j < size; j++) hessian[i]![j] = hessian[i]![j]! + p * (1 - p) * x[i]! * x[j]!;
      }
    }
    const step = solve(hessian, gradient);
    weights = weights.map((weight, i) => weight - step[i]!);
  }
  return weights;
}

function solve(matrix: number[][], right: number[]): number[] {
  const rows = matrix.map((row, i) => [...row, right[i]!]);
  const size = rows.length;
  for (let i = 0; i < size; i++) {
    const pivot = rows
      .slice(i)
      .reduce((best, row, k) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + k : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    for (let k = 0; k < size; k++) {
      if (k === i) continue;
      const factor = rows[k]![i]! / rows[i]![i]!;
      for (let j = i; j <= size; j++) rows[k]![j] = rows[k]![j]! - factor * rows[i]![j]!;
    }
  }
  return rows.map((row, i) => row[size]! / row[i]!);
}
