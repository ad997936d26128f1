import { Button, FileButton, PasswordInput, Progress, Textarea } from '@mantine/core';
import { type FormEvent, type ReactNode, useState } from 'react';
import { barePrivateKey, MIN_PASSPHRASE } from '../../../server/domain/records/index.ts';
import { ProblemCard } from '../parts/problem-card.tsx';
import { createKey, importKey, unlockKey } from './owner-key.ts';

/** Runs a slow step on the key (deriving from the passphrase takes about a second) with its progress. */
function useKeyStep() {
  const [share, setShare] = useState<number | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const run = async (step: (onProgress: (share: number) => void) => Promise<void>) => {
    setProblem(null);
    setShare(0);
    try {
      await step(setShare);
    } catch (error) {
      setProblem(error);
    }
    setShare(null);
  };
  return { share, problem, run };
}

function KeyFormFrame(props: {
  step: ReturnType<typeof useKeyStep>;
  action: string;
  ready: boolean;
  onSubmit: () => void;
  children: ReactNode;
}) {
  const { share, problem } = props.step;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    props.onSubmit();
  };
  return (
    <form className="stack" onSubmit={submit} style={{ maxWidth: '26rem' }}>
      {props.children}
      {share !== null && <Progress value={share * 100} size="sm" aria-label="Working on the key" />}
      {problem !== null && <ProblemCard problem={problem} />}
      <div>
        <Button type="submit" disabled={!props.ready || share !== null}>
          {props.action}
        </Button>
      </div>
    </form>
  );
}

/** Makes a key under a passphrase. */
export function CreateKeyForm() {
  const step = useKeyStep();
  const [phrase, setPhrase] = useState('');
  const [again, setAgain] = useState('');
  const differ = again !== '' && again !== phrase;
  return (
    <KeyFormFrame
      step={step}
      action="Make the key"
      ready={phrase.length >= MIN_PASSPHRASE && again === phrase}
      onSubmit={() => step.run((onProgress) => createKey(phrase, onProgress))}
    >
      <PasswordInput
        label="Passphrase"
        description={`At least ${MIN_PASSPHRASE} characters. It encrypts the key in this browser and in its backup.`}
        value={phrase}
        onChange={(event) => setPhrase(event.currentTarget.value)}
        autoComplete="new-password"
      />
      <PasswordInput
        label="Passphrase again"
        value={again}
        error={differ ? 'The two differ' : undefined}
        onChange={(event) => setAgain(event.currentTarget.value)}
        autoComplete="new-password"
      />
    </KeyFormFrame>
  );
}

/** Takes over a key from a backup file's text or a private key. */
export function ImportKeyForm() {
  const step = useKeyStep();
  const [text, setText] = useState('');
  const [phrase, setPhrase] = useState('');
  const bare = barePrivateKey(text) !== null;
  return (
    <KeyFormFrame
      step={step}
      action="Import the key"
      ready={text.trim() !== '' && phrase.length >= (bare ? MIN_PASSPHRASE : 1)}
      onSubmit={() => step.run((onProgress) => importKey(text, phrase, onProgress))}
    >
      <Textarea
        label="Backup or private key"
        description="The text of a keystore file (JSON) as it was saved here or by “npx colophon owner export”, or a private key of 64 hex digits."
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        rows={3}
        spellCheck={false}
        autoComplete="off"
        styles={{ input: { fontFamily: 'var(--mono)', fontSize: '0.875rem' } }}
      />
      <div>
        <FileButton
          accept="application/json,.json"
          onChange={(file) => void file?.text().then((content) => setText(content.trim()))}
        >
          {(button) => (
            <Button {...button} size="compact-sm" variant="default">
              Open the backup file
            </Button>
          )}
        </FileButton>
      </div>
      <PasswordInput
        label={bare ? 'New passphrase' : 'Passphrase of the backup'}
        description={
          bare ? `At least ${MIN_PASSPHRASE} characters; it encrypts the key in this browser.` : undefined
        }
        value={phrase}
        onChange={(event) => setPhrase(event.currentTarget.value)}
        autoComplete="off"
      />
    </KeyFormFrame>
  );
}

/** Opens the stored key for this visit. */
export function UnlockKeyForm() {
  const step = useKeyStep();
  const [phrase, setPhrase] = useState('');
  return (
    <KeyFormFrame
      step={step}
      action="Unlock to sign"
      ready={phrase !== ''}
      onSubmit={() => step.run((onProgress) => unlockKey(phrase, onProgress))}
    >
      <PasswordInput
        label="Passphrase of the key"
        value={phrase}
        onChange={(event) => setPhrase(event.currentTarget.value)}
        autoComplete="current-password"
      />
    </KeyFormFrame>
  );
}
