import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { postJson } from '../api/client.ts';
import { me } from '../api/session.ts';
import type { Work } from '../api/types.ts';
import { useStore } from '../store.ts';
import { ProblemCard } from './problem-card.tsx';

/** For an administrator: decides about a work that resembles another owner's. */
export function ReviewPanel(props: { work: Work; onDecided: () => void }) {
  const who = useStore(me);
  const [note, setNote] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  if (who?.role !== 'admin') return null;
  const decide = async (decision: 'accept' | 'reject') => {
    setBusy(true);
    setProblem(null);
    try {
      await postJson(`works/${props.work.id}/review`, { decision, note });
      props.onDecided();
    } catch (error) {
      setProblem(error);
    }
    setBusy(false);
  };
  return (
    <div className="sheet stack">
      <h2>Your decision</h2>
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
