import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { upload } from '../api/client.ts';
import { keepLocalFile } from '../api/local-files.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { rememberJob } from '../api/running-jobs.ts';
import { apiKey } from '../api/session.ts';
import { createTimeLeft, describeTimeLeft } from '../api/time-left.ts';
import type { CheckAnswer } from '../api/types.ts';
import { FileDrop } from '../parts/file-drop.tsx';
import { formatBytes, formatShare } from '../parts/format.ts';
import { FormatList } from '../parts/format-list.tsx';
import { NeedsKey } from '../parts/key-button.tsx';
import { describeUploads, sizeProblem } from '../parts/media-words.ts';
import { PageHead } from '../parts/page-head.tsx';
import { ProblemCard } from '../parts/problem-card.tsx';
import { useRegistry } from '../registry.ts';
import { go } from '../router.ts';
import { useStore } from '../store.ts';

/** The second door: a file in, its check's page next. */
export function CheckPage() {
  const key = useStore(apiKey);
  return (
    <>
      <PageHead title="Check a file">
        Is it a copy of a work on record, whole or in part? Cut, mirrored, sped up, reworded or set within
        another work, it is recognised, and you see where.
      </PageHead>
      {key === null ? <NeedsKey to="check files" /> : <CheckForm />}
    </>
  );
}

interface Sending {
  readonly file: File;
  readonly share: number;
  readonly leftMs: number | null;
  readonly stop: AbortController;
}

function describeSending({ share, leftMs }: Sending): string {
  if (share >= 1) return 'sent, waiting for the answer';
  return `${formatShare(share)} sent${leftMs === null ? '' : `, ${describeTimeLeft(leftMs)}`}`;
}

function CheckForm() {
  const { facts } = useRegistry();
  const [sending, setSending] = useState<Sending | null>(null);
  const [failed, setFailed] = useState<{ file: File; problem: Problem } | null>(null);
  const send = async (file: File) => {
    const stop = new AbortController();
    const tooLarge = sizeProblem(file, facts);
    setFailed(tooLarge && { file, problem: tooLarge });
    if (tooLarge) return;
    const timeLeft = createTimeLeft();
    setSending({ file, share: 0, leftMs: null, stop });
    try {
      const form = new FormData();
      form.append('file', file, file.name);
      const answer = await upload<CheckAnswer>('checks', form, {
        onProgress: (share) => {
          const leftMs = timeLeft.report({ stage: '', done: share, total: 1 }, performance.now());
          setSending({ file, share, leftMs, stop });
        },
        signal: stop.signal,
      });
      keepLocalFile(answer.check.contentHash, file);
      rememberJob(answer.check.id, answer.job.id);
      go('checks', answer.check.id);
    } catch (error) {
      setSending(null);
      const problem = asProblem(error);
      if (problem.code !== 'cancelled') setFailed({ file, problem });
    }
  };
  return (
    <div className="stack">
      <FileDrop
        title="Drop a file here, or choose it"
        hint={describeUploads(facts)}
        multiple={false}
        disabled={sending !== null}
        onFiles={([file]) => file && send(file)}
      />
      <FormatList />
      {sending !== null && (
        <div className="stack" role="status">
          <p>
            {sending.file.name}, {formatBytes(sending.file.size)}: {describeSending(sending)}
          </p>
          <Progress value={sending.share * 100} size="sm" aria-label="Upload" />
          <div>
            <Button variant="default" size="compact-sm" onClick={() => sending.stop.abort()}>
              Cancel
            </Button>
          </div>
        </div>
      )}
      {failed !== null && (
        <ProblemCard
          problem={failed.problem}
          onRetry={failed.problem.retryable ? () => send(failed.file) : undefined}
        />
      )}
    </div>
  );
}
