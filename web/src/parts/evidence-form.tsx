import { Button, Textarea, TextInput } from '@mantine/core';
import { IconGavel } from '@tabler/icons-react';
import { type FormEvent, useState } from 'react';
import { postJson } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import type { EvidenceAnswer } from '../api/types.ts';
import { go } from '../router.ts';
import { ProblemCard } from './problem-card.tsx';

/** Turns one match of a check into evidence on the chain. */
export function EvidenceForm(props: { checkId: string; matchIndex: number }) {
  const [open, setOpen] = useState(false);
  const [source, setSource] = useState('');
  const [statement, setStatement] = useState('');
  const [accused, setAccused] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  // One key for one form, so that a repeated click or a retry files once.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const badUrl = source !== '' && !URL.canParse(source);
  const badAddress = accused !== '' && !/^0x[0-9a-fA-F]{40}$/.test(accused);
  const file = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    setProblem(null);
    try {
      const body = {
        checkId: props.checkId,
        matchIndex: props.matchIndex,
        ...(source && { sourceUrl: source }),
        ...(statement && { statement }),
        ...(accused && { accused: accused.toLowerCase() }),
      };
      const answer = await postJson<EvidenceAnswer>('evidence', body, idempotencyKey);
      go('evidence', answer.evidence.id);
    } catch (error) {
      setProblem(asProblem(error));
      setBusy(false);
    }
  };
  if (!open) {
    return (
      <div>
        <Button leftSection={<IconGavel size={17} stroke={1.7} />} onClick={() => setOpen(true)}>
          File as evidence
        </Button>
      </div>
    );
  }
  return (
    <form className="sheet stack" onSubmit={file} style={{ maxWidth: '38rem' }}>
      <h3>File as evidence</h3>
      <p className="muted small">
        Both fingerprints, this comparison and what you state here are sealed together. The contract counts
        the differing bits itself. What is filed stays public and cannot be withdrawn from the record.
      </p>
      <TextInput
        label="Where you found the file"
        placeholder="https://"
        value={source}
        error={badUrl ? 'Enter a full address, with https://' : undefined}
        onChange={(event) => setSource(event.currentTarget.value)}
        data-autofocus
      />
      <Textarea
        label="Your statement"
        description="What you saw, when, and what right it touches."
        value={statement}
        onChange={(event) => setStatement(event.currentTarget.value)}
        autosize
        minRows={3}
        maxLength={4000}
      />
      <TextInput
        label="Address of the accused, if known"
        placeholder="0x"
        value={accused}
        error={badAddress ? 'An address has 0x and 40 hex digits' : undefined}
        onChange={(event) => setAccused(event.currentTarget.value.trim())}
        styles={{ input: { fontFamily: 'var(--mono)' } }}
        spellCheck={false}
      />
      {problem !== null && <ProblemCard problem={problem} />}
      <div className="row">
        <Button type="submit" loading={busy} disabled={badUrl || badAddress}>
          File the evidence
        </Button>
        <Button variant="default" onClick={() => setOpen(false)}>
          Not now
        </Button>
      </div>
    </form>
  );
}
