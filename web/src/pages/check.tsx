import { Button, Progress } from '@mantine/core';
import { useState } from 'react';
import { upload } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { apiKey } from '../api/session.ts';
import type { CheckAnswer } from '../api/types.ts';
import { FileDrop } from '../parts/file-drop.tsx';
import { formatBytes, formatShare } from '../parts/format.ts';
import { NeedsKey } from '../parts/key-button.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { ProblemCard } from '../parts/problem-card.tsx';
import { go } from '../router.ts';
import { useStore } from '../store.ts';

/** The second door: a file in, its check's page next. */
export function CheckPage() {
  const key = useStore(apiKey);
  return (
    <>
      <PageHead title="Check a file">
        Is it a copy of a work on record, whole or in part? Crops, mirror images, turns, and pictures within
        pictures are recognised, and you see where.
      </PageHead>
      {key === null ? <NeedsKey to="check files" /> : <CheckForm />}
    </>
  );
}

interface Sending {
  readonly file: File;
  readonly share: number;
  readonly stop: AbortController;
}

function CheckForm() {
  const [sending, setSending] = useState<Sending | null>(null);
  const [failed, setFailed] = useState<{ file: File; problem: Problem } | null>(null);
  const send = async (file: File) => {
    const stop = new AbortController();
    setFailed(null);
    setSending({ file, share: 0, stop });
    try {
      const form = new FormData();
      form.append('file', file, file.name);
      const answer = await upload<CheckAnswer>('checks', form, {
        onProgress: (share) => setSending({ file, share, stop }),
        signal: stop.signal,
      });
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
        title="Drop a picture here, or choose it"
        hint="JPEG, PNG, WebP, AVIF, GIF or TIFF"
        multiple={false}
        disabled={sending !== null}
        onFiles={([file]) => file && send(file)}
      />
      {sending !== null && (
        <div className="stack" role="status">
          <p>
            {sending.file.name}, {formatBytes(sending.file.size)}:{' '}
            {sending.share < 1 ? `${formatShare(sending.share)} sent` : 'sent, waiting for the answer'}
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
