import type { Outcome } from '../../../domain/match.ts';
import type { JudgedSegment, JudgedWork } from './claims.ts';

/** One sentence a person can follow: which stretch shows which stretch, and how it was changed. */
export function explainVideo(outcome: Outcome, matches: readonly JudgedWork[]): string {
  const best = matches[0];
  if (!best) return 'Nothing registered is copied.';
  const lead = outcome === 'copy' ? 'This copies' : 'A person should compare this with';
  const shown = best.segments.slice(0, 3).map(explainSegment).join('; ');
  const more = best.segments.length > 3 ? `; and ${best.segments.length - 3} more stretches` : '';
  const others = matches.length > 1 ? ` ${matches.length - 1} more works are concerned.` : '';
  return `${lead} ${best.workId}: ${shown}${more}.${others}`;
}

/** For example "0:02.160–0:05.720 shows 0:01.160–0:04.720, mirrored, at 0.75 times the speed". */
export function explainSegment(segment: JudgedSegment): string {
  const { query, work, speed, mirrored, isExact, evidence } = segment;
  const changes = [
    mirrored ? ', mirrored' : '',
    speed < 0 ? ', backwards' : '',
    Math.abs(Math.abs(speed) - 1) > 0.01 ? `, at ${Math.abs(speed).toFixed(2)} times the speed` : '',
    evidence.shown < 0.97 ? `, ${Math.round(100 * evidence.shown)} % of the picture` : '',
    isExact ? '' : ', to about a second',
  ];
  return `${clock(query.startMs)}–${clock(query.endMs)} shows ${clock(work.startMs)}–${clock(work.endMs)}${changes.join('')}`;
}

function clock(ms: number): string {
  const rounded = Math.round(ms);
  const minutes = Math.floor(rounded / 60_000);
  const seconds = ((rounded % 60_000) / 1000).toFixed(3).padStart(6, '0');
  return `${minutes}:${seconds}`;
}
