import { Button } from '@mantine/core';
import { IconSignature } from '@tabler/icons-react';
import { useState } from 'react';
import { getJson, postJson } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import type { SigningRequest, Work } from '../api/types.ts';
import { Digest } from '../parts/digest-text.tsx';
import { Facts } from '../parts/facts.tsx';
import { formatTime, shorten } from '../parts/format.ts';
import { ProblemCard } from '../parts/problem-card.tsx';
import { useStore } from '../store.ts';
import { UnlockKeyForm } from './key-forms.tsx';
import { ownerKey, signRequest } from './owner-key.ts';

/** Shows the owner what will be signed, signs it with the owner's key, and hands the signature in. */
export function SignPanel(props: { work: Work; onSigned: () => void }) {
  const { work } = props;
  const key = useStore(ownerKey);
  const [asked, setAsked] = useState<SigningRequest | null>(null);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
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
  const attempt = async (step: () => Promise<void>) => {
    setBusy(true);
    setProblem(null);
    try {
      await step();
    } catch (error) {
      setProblem(asProblem(error));
    }
    setBusy(false);
  };
  const look = () =>
    attempt(async () => setAsked(await getJson<SigningRequest>(`works/${work.id}/signing-request`)));
  const sign = (request: SigningRequest) =>
    attempt(async () => {
      const signature = await signRequest(request);
      await postJson(`works/${work.id}/signature`, {
        signature,
        deadline: request.deadline,
        nonce: request.nonce,
      });
      props.onSigned();
    });
  return (
    <div className="stack">
      {asked === null ? (
        <div>
          <Button leftSection={<IconSignature size={17} />} onClick={look} loading={busy}>
            See what I sign
          </Button>
        </div>
      ) : (
        <div className="sheet stack">
          <h3>You sign this record</h3>
          <Facts of={[...recordRows(asked), ['Valid until', formatTime(asked.deadline)]]} />
          <div className="row">
            <Button leftSection={<IconSignature size={17} />} onClick={() => sign(asked)} loading={busy}>
              Sign as {shorten(key.address, 4)}
            </Button>
            <Button variant="default" onClick={() => setAsked(null)}>
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
function recordRows(asked: SigningRequest): [string, React.ReactNode][] {
  const { record, deadline: _deadline, ...rest } = asked.message;
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
      >{`${asked.domain.chainId}, ${asked.domain.verifyingContract}`}</span>,
    ],
  ];
}
