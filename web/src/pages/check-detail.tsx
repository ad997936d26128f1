import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { Check, Match } from '../api/types.ts';
import { MatchView } from '../match/match-view.tsx';
import { sideOfCheck, sideOfWork } from '../match/side.ts';
import { DigestText } from '../parts/digest-text.tsx';
import { EvidenceForm } from '../parts/evidence-form.tsx';
import { Facts } from '../parts/facts.tsx';
import { FingerprintMark } from '../parts/fingerprint-mark.tsx';
import { formatBytes, formatShare, formatTime } from '../parts/format.ts';
import { JobProgressLine, useJobProgress } from '../parts/job-progress.tsx';
import { useCheck, useWork } from '../parts/live-work.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { StoredProblem } from '../parts/problem-card.tsx';
import { VerdictHead } from '../parts/verdict-head.tsx';
import { to } from '../router.ts';

const BACK = { href: to('checks'), name: 'Checks' };

/** One check: the verdict, each match side by side, and the way to evidence. */
export function CheckDetailPage({ id }: { id: string }) {
  const resource = useCheck(id);
  const check = resource.value;
  if (check === null) {
    return (
      <>
        <PageHead title="Check" back={BACK} />
        <Pending of={resource} />
      </>
    );
  }
  return (
    <>
      <PageHead title={check.fileName} back={BACK} />
      <Pending of={resource} />
      {check.state === 'received' && (
        <div className="plain-box">
          <CheckProgress id={check.id} onEnd={resource.reload} />
        </div>
      )}
      {check.problem !== null && (
        <StoredProblem title="The file could not be checked" problem={check.problem} />
      )}
      {check.verdict !== null && (
        <div aria-live="polite">
          <VerdictHead verdict={check.verdict} />
        </div>
      )}
      {check.verdict?.matches.map((match, i) => (
        <CheckMatch key={match.workId} check={check} match={match} index={i} />
      ))}
      <section className="section" aria-labelledby="file">
        <h2 id="file">The file</h2>
        <div className="split">
          <CheckFacts check={check} />
          <FingerprintMark code={check.code} />
        </div>
      </section>
    </>
  );
}

function CheckProgress(props: { id: string; onEnd: () => void }) {
  const progress = useJobProgress(props.id, props.onEnd);
  if (progress !== null) return <JobProgressLine progress={progress} />;
  return <p role="status">Reading the file and comparing it with every work on record.</p>;
}

function CheckMatch(props: { check: Check; match: Match; index: number }) {
  const { check, match, index } = props;
  const { value } = useWork(match.workId);
  const work = sideOfWork(match.workId, value);
  return (
    <section className="section stack" aria-label={`Match ${index + 1}`}>
      <h2>
        {headOf(check, match)} of “{work.name}”, {formatShare(match.probability)}
      </h2>
      <MatchView
        match={match}
        query={sideOfCheck(check.id, check)}
        work={work}
        path={`checks/${check.id}/matches/${index}`}
      />
      <EvidenceForm checkId={check.id} matchIndex={index} />
    </section>
  );
}

function headOf(check: Check, match: Match): string {
  const kind = match.mirrored && match.medium === 'image' ? 'mirrored copy' : 'copy';
  if (check.verdict?.outcome === 'review') return `Possible ${kind}`;
  return kind.charAt(0).toUpperCase() + kind.slice(1);
}

function CheckFacts({ check }: { check: Check }) {
  return (
    <Facts
      of={[
        ['Type and size', `${check.mediaType}, ${formatBytes(check.sizeBytes)}`],
        check.width === null ? null : ['Pixels', `${check.width} × ${check.height}`],
        check.durationMs === null ? null : ['Length', formatClock(check.durationMs)],
        ['SHA-256', <DigestText key="hash" value={check.contentHash} what="the SHA-256" />],
        check.code && [
          'Perceptual code',
          <DigestText key="code" value={check.code} what="the perceptual code" />,
        ],
        check.verdict && ['Policy', check.verdict.policyVersion],
        check.verdict && [
          'Model',
          <DigestText key="model" value={check.verdict.modelDigest} what="the model digest" />,
        ],
        ['Checked', formatTime(check.createdAt)],
      ]}
    />
  );
}
