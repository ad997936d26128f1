import { Button } from '@mantine/core';
import { IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import type { SigningQuestions } from '../../../server/domain/records/index.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import type { Work } from '../api/types.ts';
import { Digest } from '../parts/digest-text.tsx';
import { Facts } from '../parts/facts.tsx';
import { FileDrop } from '../parts/file-drop.tsx';
import { formatTime, shorten } from '../parts/format.ts';
import { ProblemCard } from '../parts/problem-card.tsx';
import { useStore } from '../store.ts';
import { type CheckedRequest, handIn, requestToSign } from './check-request.ts';
import { UnlockKeyForm } from './key-forms.tsx';
import { ownerKey } from './owner-key.ts';

/**
 * Shows the owner what will be signed, signs it with the owner's key, and hands the signature in. `file` is the owner's
 * own copy: what is signed must be about its bytes. Null asks for it.
 */
export function SignPanel(props: { work: Work; file: File | null; onSigned: () => void }) {
  const { work } = props;
  const key = useStore(ownerKey);
  const [picked, setPicked] = useState<File | null>(null);
  const [checked, setChecked] = useState<CheckedRequest | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  const file = props.file ?? picked;
  if (key.kind === 'none' || key.address !== work.owner) {
    return (
      <div className="note-box">
        <p>
          Only the owner <span className="mono">{shorten(work.owner)}</span> can sign this.{' '}
          {key.kind === 'none' ? 'Import that key on the Register page.' : 'This browser holds another key.'}
        </p>
      </div>
    );
  }
  if (!key.unlocked) return <UnlockKeyForm />;
  if (file === null) {
    return (
      <div className="stack">
        <FileDrop
          title="Drop your file here to sign"
          hint="It stays here: its SHA-256 must be the one that you sign"
          multiple={false}
          onFiles={([first]) => setPicked(first ?? null)}
        />
        {problem !== null && <ProblemCard problem={problem} />}
      </div>
    );
  }
  const attempt = async (step: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await step();
    } catch (error) {
      setProblem(asProblem(error));
      setPicked(null);
    }
    setBusy(false);
  };
  const look = () => attempt(async () => setChecked(await requestToSign(work.id, file, key.address)));
  const sign = (request: CheckedRequest) =>
    attempt(async () => {
      await handIn(work.id, request);
      props.onSigned();
    });
  return (
    <div className="stack">
      {checked === null ? (
        <div>
          <Button leftSection={<IconSignature size={17} />} onClick={look} loading={busy}>
            See what I sign
          </Button>
        </div>
      ) : (
        <div className="sheet stack">
          <h3>You sign this record</h3>
          <p className="small">
            Checked here: it is of your file and of your key, and nothing but a record of Colophon.
            {checked.questions.standing !== null &&
              ' You sign twice: for its own transaction, and for a batch, should that one fail.'}
          </p>
          <Facts of={[...recordRows(checked.questions), ['Valid until', formatTime(checked.deadline)]]} />
          <div className="row">
            <Button leftSection={<IconSignature size={17} />} onClick={() => sign(checked)} loading={busy}>
              Sign as {shorten(key.address, 4)}
            </Button>
            <Button variant="default" onClick={() => setChecked(null)}>
              Not now
            </Button>
          </div>
        </div>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
    </div>
  );
}

const NAMES: Readonly<Record<string, string>> = {
  contentHash: 'SHA-256',
  code: 'Perceptual code',
  fingerprintRoot: 'Fingerprint root',
  modelDigest: 'Model',
  mediaType: 'Media type',
  metadataCid: 'Metadata',
  owner: 'Owner',
  nonce: 'Nonce',
};

// The record lane wraps the record (`Registration { record, nonce, deadline }`); the batch lane signs it bare.
function recordRows({ main }: SigningQuestions): [string, React.ReactNode][] {
  const { record, deadline: _deadline, ...rest } = main.message as Record<string, unknown>;
  const fields = { ...(typeof record === 'object' ? record : {}), ...rest };
  const rows = Object.entries(fields).map(([name, value]): [string, React.ReactNode] => [
    NAMES[name] ?? name,
    <Digest key={name} value={String(value)} />,
  ]);
  return [
    ...rows,
    [
      'Chain, contract',
      <span
        key="domain"
        className="digest"
      >{`${main.domain.chainId}, ${main.domain.verifyingContract}`}</span>,
    ],
  ];
}
