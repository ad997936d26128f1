import { Button } from '@mantine/core';
import type { Work } from '../api/types.ts';
import { SignPanel } from '../keys/sign-panel.tsx';
import { FingerprintMark } from '../parts/fingerprint-mark.tsx';
import { useWork } from '../parts/live-work.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { StoredProblem } from '../parts/problem-card.tsx';
import { ProofButton } from '../parts/proof-button.tsx';
import { ReviewPanel } from '../parts/review-panel.tsx';
import { SimilarWorks } from '../parts/similar-works.tsx';
import { Warnings } from '../parts/warnings.tsx';
import { AnchorFacts, WorkFacts } from '../parts/work-facts.tsx';
import { WorkLife } from '../parts/work-life.tsx';
import { WorkPicture } from '../parts/work-picture.tsx';
import { to } from '../router.ts';

const BACK = { href: to('works'), name: 'Works' };

/** One work: its state, its fingerprint, what it resembles, where it stands on the chain. */
export function WorkPage({ id }: { id: string }) {
  const resource = useWork(id);
  const work = resource.value;
  if (work === null) {
    return (
      <>
        <PageHead title="Work" back={BACK} />
        <Pending of={resource} />
      </>
    );
  }
  return (
    <>
      <PageHead title={work.title || work.fileName} back={BACK} />
      <Pending of={resource} />
      <WorkLife work={work} />
      <div className="split" style={{ marginTop: '2rem' }}>
        <div className="stack">
          {work.problem !== null && (
            <StoredProblem
              title={work.state === 'rejected' ? 'Not registered' : 'Held up'}
              problem={work.problem}
            />
          )}
          <Warnings of={work.verdict?.warnings} />
          <ReviewPanel key={work.id} work={work} onDecided={resource.reload} />
          {work.state === 'decided' && <SignPanel work={work} file={null} onSigned={resource.reload} />}
          <WorkFacts work={work} />
        </div>
        <aside className="stack work-aside">
          <WorkPicture work={work} />
          <figure className="plate mark-plate">
            <FingerprintMark code={work.code} />
            <figcaption>{work.code === null ? 'Its mark is not drawn yet.' : 'Its mark.'}</figcaption>
          </figure>
          <Actions work={work} />
        </aside>
      </div>
      {work.anchor !== null && (
        <section className="section" aria-labelledby="chain">
          <h2 id="chain">On the chain</h2>
          <AnchorFacts work={work} />
        </section>
      )}
      {work.verdict !== null && work.verdict.matches.length > 0 && (
        <SimilarWorks work={work} verdict={work.verdict} />
      )}
    </>
  );
}

function Actions({ work }: { work: Work }) {
  if (work.state !== 'anchored') return null;
  return (
    <>
      <Button component="a" href={to('works', work.id, 'certificate')}>
        Certificate
      </Button>
      <ProofButton kind="works" id={work.id} />
      <Button component="a" href={to('verify', work.id)} variant="default">
        Verify here
      </Button>
    </>
  );
}
