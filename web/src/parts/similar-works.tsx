import type { Verdict, Work } from '../api/types.ts';
import { MatchView } from '../match/match-view.tsx';
import { sideOfWork } from '../match/side.ts';
import { formatShare } from './format.ts';
import { useWork } from './live-work.ts';
import { withoutIds } from './verdict-head.tsx';

/** The works on record that a work resembles, each side by side, with what follows from it. */
export function SimilarWorks({ work, verdict }: { work: Work; verdict: Verdict }) {
  const [title, meaning] =
    HEADINGS[work.state === 'rejected' || work.state === 'in_review' ? work.state : 'other'];
  return (
    <section className="section stack" aria-labelledby="similar">
      <h2 id="similar">{title}</h2>
      <p>
        {meaning} {withoutIds(verdict.explanation)}
      </p>
      {verdict.matches.map((match) => (
        <SimilarWork key={match.workId} work={work} match={match} />
      ))}
    </section>
  );
}

const HEADINGS = {
  rejected: [
    'Why it was not registered',
    'It copies a work that another owner registered before. The first registration stays; nothing was written for this file.',
  ],
  in_review: [
    'What it resembles',
    'It may copy a work of another owner. Nothing is written until a person has decided.',
  ],
  other: ['Similar works', 'These works on record resemble it. That did not stand against registering it.'],
} as const;

function SimilarWork({ work, match }: { work: Work; match: Verdict['matches'][number] }) {
  const { value } = useWork(match.workId);
  return (
    <div className="stack">
      <h3>
        {formatShare(match.probability)} probability of a copy of “
        {value?.title || value?.fileName || match.workId}”
      </h3>
      <MatchView
        match={match}
        query={{ ...sideOfWork(work.id, work), name: work.fileName }}
        work={sideOfWork(match.workId, value)}
        path={null}
      />
    </div>
  );
}
