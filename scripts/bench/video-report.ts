import type { BenchQuery } from './video-manifest.ts';
import type { Pair, VcslScore } from './video-metrics.ts';
import { boundaryErrors, quantile, scoreVcsl } from './video-metrics.ts';

/** Errors of begins and ends: in frames of the reference for natural speed, in seconds for all. */
interface BoundaryScore {
  readonly segments: number;
  readonly medianFrames: number;
  readonly p95Frames: number;
  readonly medianS: number;
  readonly p95S: number;
}

type Row = VcslScore & { readonly cuts: BoundaryScore; readonly speedChanged: BoundaryScore };

/** Results of one run, by system and by kind of edit. */
export interface VideoReport {
  readonly systems: Readonly<Record<string, Row>>;
  readonly edits: Readonly<Record<string, Row>>;
}

/** Scores all systems over all pairs, and the first one for every kind of edit. */
export function report(
  queries: readonly BenchQuery[],
  systems: Readonly<Record<string, readonly Pair[]>>,
  frameRates: ReadonlyMap<string, number>,
): VideoReport {
  const byId = new Map(queries.map((query) => [query.id, query]));
  const row = (pairs: readonly Pair[]): Row => ({
    ...scoreVcsl(pairs),
    cuts: scoreBoundaries(pairs, byId, frameRates, false),
    speedChanged: scoreBoundaries(pairs, byId, frameRates, true),
  });
  const edits: Record<string, Row> = {};
  const first = Object.values(systems)[0]!;
  for (const kind of new Set(queries.map((query) => query.edits[0] ?? 'none'))) {
    edits[kind] = row(first.filter((pair) => (byId.get(pair.queryId)!.edits[0] ?? 'none') === kind));
  }
  return {
    systems: Object.fromEntries(Object.entries(systems).map(([name, pairs]) => [name, row(pairs)])),
    edits,
  };
}

function scoreBoundaries(
  pairs: readonly Pair[],
  byId: ReadonlyMap<string, BenchQuery>,
  frameRates: ReadonlyMap<string, number>,
  speedChanged: boolean,
): BoundaryScore {
  const frames: number[] = [];
  const seconds: number[] = [];
  let segments = 0;
  for (const pair of pairs) {
    const predicted = pair.predicted.map((box) => ({ ...box, reference: pair.reference }));
    for (const segment of byId.get(pair.queryId)!.segments) {
      if (segment.reference !== pair.reference) continue;
      const speed = (segment.source[1] - segment.source[0]) / (segment.query[1] - segment.query[0]);
      if (Math.abs(speed - 1) > 0.03 !== speedChanged) continue;
      const errors = boundaryErrors([segment], predicted);
      if (errors.length > 0) segments++;
      for (const { errorS } of errors) {
        frames.push(errorS * frameRates.get(pair.reference)!);
        seconds.push(errorS);
      }
    }
  }
  return {
    segments,
    medianFrames: quantile(frames, 0.5),
    p95Frames: quantile(frames, 0.95),
    medianS: quantile(seconds, 0.5),
    p95S: quantile(seconds, 0.95),
  };
}

/** The report as a table for people. */
export function printReport(
  result: VideoReport & { readonly cpuSecondsPerQuery: Readonly<Record<string, number>> },
): void {
  const head = 'F1     P      R      FRR    FAR    pairs       cuts: frames med/p95   speed: s med/p95';
  const line = (name: string, row: Row) => {
    const numbers = [row.f1, row.precision, row.recall, row.frr, row.far].map((n) => n.toFixed(3)).join('  ');
    const pairs = `${row.positives}+${row.negatives}`.padEnd(10);
    const cuts = `${row.cuts.medianFrames.toFixed(2)} / ${row.cuts.p95Frames.toFixed(2)}`.padEnd(21);
    const speed = `${row.speedChanged.medianS.toFixed(3)} / ${row.speedChanged.p95S.toFixed(3)}`;
    console.log(`${name.padEnd(26)} ${numbers}  ${pairs}  ${cuts}  ${speed}`);
  };
  console.log(`${''.padEnd(26)} ${head}`);
  for (const [name, row] of Object.entries(result.systems)) line(name, row);
  console.log('\nours, by edit');
  for (const [name, row] of Object.entries(result.edits)) line(name, row);
  const { fingerprint, match } = result.cpuSecondsPerQuery;
  console.log(
    `\nprocessor seconds a query: fingerprint ${fingerprint!.toFixed(2)}, match ${match!.toFixed(2)}`,
  );
}
