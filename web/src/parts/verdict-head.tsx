import type { Verdict } from '../../../server/domain/match.ts';
import { formatShare } from './format.ts';
import { Warnings } from './warnings.tsx';

const WORDS = {
  copy: ['Copy found', 'tone-bad'],
  review: ['A person should look', 'tone-unsure'],
  distinct: ['No copy found', 'tone-good'],
} as const;

/** The verdict in one line, with the probability of the best match. */
export function VerdictHead(props: { verdict: Verdict }) {
  const { verdict } = props;
  const [word, tone] = WORDS[verdict.outcome];
  const best = verdict.matches[0];
  return (
    <div className="stack">
      <div className="verdict">
        <span className={`word ${tone}`}>{word}</span>
        {best ? <span className={`number ${tone}`}>{formatShare(best.probability)}</span> : <span />}
      </div>
      {best && (
        <div
          className={`scale ${tone}`}
          role="img"
          aria-label={`Probability ${formatShare(best.probability)}`}
        >
          <i style={{ width: `${best.probability * 100}%` }} />
        </div>
      )}
      <p>{withoutIds(verdict.explanation)}</p>
      <Warnings of={verdict.warnings} />
    </div>
  );
}

/** Ids help machines; the matches below name the works by their titles. */
export function withoutIds(text: string): string {
  return text.replaceAll(/\bwork_[0-9a-z]{26}\b/g, 'a registered work');
}
