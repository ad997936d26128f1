import type { Outcome } from '../../../domain/match.ts';
import type { JudgedSoundWork, SoundClaim } from './claims.ts';

/** One sentence a person can follow: which stretch sounds like which stretch, and how it was changed. */
export function explainAudio(outcome: Outcome, matches: readonly JudgedSoundWork[]): string {
  const best = matches[0];
  if (!best) return 'Nothing registered is heard in this.';
  const lead = outcome === 'copy' ? 'This copies' : 'A person should listen to this beside';
  const heard = best.segments.slice(0, 3).map(explainSound).join('; ');
  const more = best.segments.length > 3 ? `; and ${best.segments.length - 3} more stretches` : '';
  const others = matches.length > 1 ? ` ${matches.length - 1} more works are concerned.` : '';
  return `${lead} ${best.workId}: ${heard}${more}.${others}`;
}

/** For example "0:02.16–0:07.16 sounds like 1:01.20–1:06.70, at 1.10 times the speed". */
export function explainSound({ query, work, speed, isExact }: SoundClaim): string {
  const changes = [
    Math.abs(speed - 1) > 0.01 ? `, at ${speed.toFixed(2)} times the speed` : '',
    isExact ? '' : ', to about a fifth of a second',
  ];
  return `${clock(query.startMs)}–${clock(query.endMs)} sounds like ${clock(work.startMs)}–${clock(work.endMs)}${changes.join('')}`;
}

function clock(ms: number): string {
  const hundredths = Math.round(ms / 10);
  const minutes = Math.floor(hundredths / 6000);
  return `${minutes}:${((hundredths % 6000) / 100).toFixed(2).padStart(5, '0')}`;
}
