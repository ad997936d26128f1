import type { BenchManifest, BenchQuery } from './video-manifest.ts';

/** The best answer of a method for one query. */
export interface Answer {
  readonly reference: string;
  /** Probability, or what the method calls its score: higher is surer. */
  readonly score: number;
  /** Time of the reference at a time of the query, in seconds. */
  readonly at: (querySeconds: number) => number;
}

/** Figures over some queries. Shares are of the copies, `falseAlarms` of the unrelated queries. */
export interface AudioFigures {
  readonly copies: number;
  readonly unrelated: number;
  /** The best answer names the right reference, within half a second of the right place; whatever its score. */
  readonly top1: number;
  /** The same, and reported at the method's threshold. */
  readonly found: number;
  /** The same, scored above every unrelated query of the whole set. */
  readonly foundAtNoFalseAlarm: number;
  /** Unrelated queries with an answer at the threshold. */
  readonly falseAlarms: number;
  /** Seconds off in the middle of the excerpt, of the right ones. */
  readonly errorMedian: number | null;
  readonly error95: number | null;
}

const NEAR_S = 0.5;

/** Figures for all queries, for each edit with each length, and for each group of references. */
export function reportAudio(
  manifest: BenchManifest,
  answers: ReadonlyMap<string, Answer | null>,
  threshold: number,
): { all: AudioFigures; byEdit: Record<string, AudioFigures>; byGroup: Record<string, AudioFigures> } {
  const unrelated = manifest.queries.filter(({ segments }) => segments.length === 0);
  const highest = Math.max(0, ...unrelated.map(({ id }) => answers.get(id)?.score ?? 0));
  const figures = (queries: readonly BenchQuery[]) => measure(queries, answers, threshold, highest);
  const groupOf = new Map(manifest.references.map(({ id, group }) => [id, group ?? 'all']));
  const byKey = (keyOf: (query: BenchQuery) => string | undefined) => {
    const lists = new Map<string, BenchQuery[]>();
    for (const query of manifest.queries) {
      const key = keyOf(query);
      if (key !== undefined) lists.set(key, [...(lists.get(key) ?? []), query]);
    }
    return Object.fromEntries([...lists].map(([key, queries]) => [key, figures(queries)]));
  };
  return {
    all: figures(manifest.queries),
    byEdit: byKey(({ edits }) => edits.join(', ')),
    byGroup: byKey(({ segments }) => (segments[0] ? groupOf.get(segments[0].reference) : undefined)),
  };
}

function measure(
  queries: readonly BenchQuery[],
  answers: ReadonlyMap<string, Answer | null>,
  threshold: number,
  highest: number,
): AudioFigures {
  const copies = queries.filter(({ segments }) => segments.length > 0);
  const unrelated = queries.filter(({ segments }) => segments.length === 0);
  const errors: number[] = [];
  let [found, surely] = [0, 0];
  for (const { id, segments } of copies) {
    const answer = answers.get(id);
    const { reference, query, source } = segments[0]!;
    if (!answer || answer.reference !== reference) continue;
    const off = Math.abs(answer.at((query[0] + query[1]) / 2) - (source[0] + source[1]) / 2);
    if (off > NEAR_S) continue;
    errors.push(off);
    if (answer.score >= threshold) found++;
    if (answer.score > highest) surely++;
  }
  errors.sort((a, b) => a - b);
  const at = (share: number) =>
    errors[Math.min(errors.length - 1, Math.floor(share * errors.length))] ?? null;
  const share = (count: number, of: number) => (of > 0 ? count / of : 0);
  const alarms = unrelated.filter(({ id }) => (answers.get(id)?.score ?? 0) >= threshold).length;
  return {
    copies: copies.length,
    unrelated: unrelated.length,
    top1: share(errors.length, copies.length),
    found: share(found, copies.length),
    foundAtNoFalseAlarm: share(surely, copies.length),
    falseAlarms: share(alarms, unrelated.length),
    errorMedian: at(0.5),
    error95: at(0.95),
  };
}

/** One line of the printed table. */
export function audioLine(name: string, ours: AudioFigures, peer: AudioFigures | null): string {
  const p = (value: number) => value.toFixed(2).padStart(5);
  const ms = (value: number | null) =>
    value === null ? '   –' : String(Math.round(1000 * value)).padStart(4);
  const mine = `${p(ours.top1)} ${p(ours.found)} ${p(ours.foundAtNoFalseAlarm)} ${p(ours.falseAlarms)}  ${ms(ours.errorMedian)} ${ms(ours.error95)}`;
  const theirs = peer ? `   ${p(peer.top1)} ${p(peer.foundAtNoFalseAlarm)}` : '';
  return `${name.padEnd(44)} ${String(ours.copies).padStart(5)} ${mine}${theirs}`;
}
