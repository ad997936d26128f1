import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { postJson } from '../api/client.ts';
import { me } from '../api/session.ts';
import type { Work } from '../api/types.ts';
import { useStore } from '../store.ts';
import { ProblemCard } from './problem-card.tsx';

/** For an administrator: decides about a work in review; stays, to tell when that work is judged again instead. */
export function ReviewPanel(props: { work: Work; onDecided: () => void }) {
  const who = useStore(me);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const [judgedAgain, setJudgedAgain] = useState(false);
  if (who?.role !== 'admin') return null;
  const decide = async (decision: 'accept' | 'reject') => {
    setBusy(true);
    setProblem(null);
    try {
      const answer = await postJson<{ work: Work }>(`works/${props.work.id}/review`, { decision, note });
      setJudgedAgain(answer.work.state === 'fingerprinted');
      props.onDecided();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  const notice = judgedAgain && (
    <p role="status">
      The owner of an older work that this one resembles has signed it meanwhile, so this work is judged
      again.
    </p>
  );
  if (props.work.state !== 'in_review') return notice;
  return (
    <div className="sheet stack">
      <h2>Your decision</h2>
      {notice}
      <p className="muted small">
        Compare the pictures below. An accepted work goes on to its owner for the signature.
      </p>
      <Textarea
        label="Note for the record"
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        autosize
        minRows={2}
        maxLength={2000}
      />
      {problem !== null && <ProblemCard problem={problem} />}
      <div className="row">
        <Button onClick={() => decide('accept')} loading={busy}>
          Accept the work
        </Button>
        <Button variant="default" onClick={() => decide('reject')} loading={busy}>
          Reject it as a copy
        </Button>
      </div>
    </div>
  );
}
