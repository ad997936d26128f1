import { Button, Progress } from '@mantine/core';
import { describeTimeLeft } from '../api/time-left.ts';
import { SignPanel } from '../keys/sign-panel.tsx';
import { dropEntry, type Entry, resend, type Terms } from '../register-queue.ts';
import { to } from '../router.ts';
import { FingerprintMark } from './fingerprint-mark.tsx';
import { formatBytes, formatShare } from './format.ts';
import { JobProgressLine } from './job-progress.tsx';
import { useWork } from './live-work.ts';
import { ProblemCard } from './problem-card.tsx';
import { SimilarWorks } from './similar-works.tsx';
import { Warnings } from './warnings.tsx';
import { WorkLife } from './work-life.tsx';

const STOPPED = new Set(['rejected', 'in_review']);

/** One file on its way: upload, job, then the work with its signature. */
export function RegisterEntry({ entry, terms }: { entry: Entry; terms: Terms | null }) {
  if (entry.workId !== null) return <WorkEntry key={entry.phase} workId={entry.workId} entry={entry} />;
  return (
    <article className="entry">
      <FingerprintMark code={null} label="No fingerprint yet" />
      <div className="stack">
        <h3>{entry.title || entry.file.name}</h3>
        {entry.phase === 'refused' && entry.problem !== null ? (
          <ProblemCard
            problem={entry.problem}
            onRetry={entry.problem.retryable && terms !== null ? () => resend(entry.key, terms) : undefined}
          >
            <div>
              <Button size="compact-sm" variant="default" onClick={() => dropEntry(entry.key)}>
                Take off the list
              </Button>
            </div>
          </ProblemCard>
        ) : (
          <div role="status">
            <p className="muted">
              {entry.phase === 'queued'
                ? 'Waiting'
                : `Uploading ${formatBytes(entry.file.size)}, ${formatShare(entry.share)} sent${entry.leftMs === null ? '' : `, ${describeTimeLeft(entry.leftMs)}`}`}
            </p>
            <Progress value={entry.share * 100} size="sm" aria-label={`Upload of ${entry.file.name}`} />
          </div>
        )}
      </div>
    </article>
  );
}

function WorkEntry({ workId, entry }: { workId: string; entry: Entry }) {
  const resource = useWork(workId);
  const work = resource.value;
  const { progress } = entry;
  return (
    <article className="entry">
      <FingerprintMark code={work?.code ?? null} />
      <div className="stack">
        <h3>
          <a href={to('works', workId)}>{entry.title || entry.file.name}</a>
        </h3>
        {progress !== null && <JobProgressLine progress={progress} />}
        {work !== null && <WorkLife work={work} brief />}
        <Warnings of={work?.verdict?.warnings} />
        {work?.state === 'decided' && <SignPanel work={work} file={entry.file} onSigned={resource.reload} />}
        {work?.verdict && STOPPED.has(work.state) && <SimilarWorks work={work} verdict={work.verdict} />}
        {resource.problem !== null && <ProblemCard problem={resource.problem} onRetry={resource.reload} />}
      </div>
    </article>
  );
}
