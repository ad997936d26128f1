import { Button, Progress } from '@mantine/core';
import { IconSignature } from '@tabler/icons-react';
import { useCallback, useState } from 'react';
import { describeUnsignedWait } from '../../../server/domain/unsigned-wait.ts';
import { hashFile, keepLocalFile, localFiles } from '../api/local-files.ts';
import type { Work } from '../api/types.ts';
import { useResource } from '../api/use-resource.ts';
import { FileDrop } from '../parts/file-drop.tsx';
import { formatTime, shorten } from '../parts/format.ts';
import { ProblemCard } from '../parts/problem-card.tsx';
import { useRegistry } from '../registry.ts';
import { to } from '../router.ts';
import { useStore } from '../store.ts';
import { UnlockKeyForm } from './key-forms.tsx';
import { ownerKey } from './owner-key.ts';
import {
  findUnsigned,
  roundsEnded,
  type SigningRound,
  signAll,
  signingRound,
  stopSigning,
} from './sign-all.ts';

/**
 * The works that wait for this owner's signature, and the one press that signs all whose files are at hand. Shown from
 * `atLeast` works on; `turn` changes when there may be others.
 */
export function UnsignedWorks({ atLeast = 1, turn = 0 }: { atLeast?: number; turn?: number }) {
  const key = useStore(ownerKey);
  const ended = useStore(roundsEnded);
  const round = useStore(signingRound);
  // biome-ignore lint/correctness/useExhaustiveDependencies: `turn` and `ended` are what makes it load again.
  const load = useCallback((signal: AbortSignal) => findUnsigned(signal), [turn, ended]);
  const { value } = useResource(load);
  const address = key.kind === 'none' ? null : key.address;
  const mine = (value ?? []).filter((work) => work.owner === address);
  const others = (value ?? []).length - mine.length;
  const isBusy = round?.isRunning ?? false;
  const failures = round?.failures ?? [];
  if (value === null) return null;
  if (mine.length < atLeast && !isBusy && failures.length === 0) {
    if (atLeast > 1 || others === 0) return null;
    return (
      <section className="note-box" aria-label="Works that wait for other owners">
        <OtherOwners count={others} address={address} />
      </section>
    );
  }
  return (
    <section className="note-box stack" aria-label="Works that wait for your signature">
      {mine.length > 0 && <Waiting works={mine} />}
      {isBusy && round !== null ? (
        <Running round={round} />
      ) : key.kind !== 'none' && key.unlocked ? (
        <Ready works={mine} address={key.address} />
      ) : (
        mine.length > 0 && <UnlockKeyForm />
      )}
      <Failures of={failures} />
      {others > 0 && atLeast === 1 && <OtherOwners count={others} address={address} />}
    </section>
  );
}

function Waiting({ works }: { works: readonly Work[] }) {
  const { facts } = useRegistry();
  const first = works.reduce((a, b) => (a.updatedAt <= b.updatedAt ? a : b));
  return (
    <p>
      <b>{works.length === 1 ? 'One work waits' : `${works.length} works wait`} for your signature.</b>{' '}
      {works.length > 1 && 'Of the first: '}
      {facts && describeUnsignedWait(first, facts.unsigned, Date.now(), (at) => formatTime(at / 1000))}
    </p>
  );
}

/** A user of two keys must not wonder why nothing can be signed. */
function OtherOwners({ count, address }: { count: number; address: string | null }) {
  return (
    <p className="small">
      {count === 1 ? 'One work waits' : `${count} works wait`} for the signature of{' '}
      {address === null ? 'an owner' : `another owner than ${shorten(address)}, whose key is in this browser`}
      . If that is you, bring your key here: <a href={to('register')}>Owner</a>.
    </p>
  );
}

function Running({ round }: { round: SigningRound }) {
  return (
    <div className="stack">
      <p role="status">
        Signing, {round.done} of {round.total} done
      </p>
      <Progress value={Math.max(3, (100 * round.done) / round.total)} size="sm" aria-label="Signing" />
      <div>
        <Button size="compact-sm" variant="default" onClick={stopSigning}>
          Stop
        </Button>
      </div>
    </div>
  );
}

function Ready({ works, address }: { works: readonly Work[]; address: `0x${string}` }) {
  const files = useStore(localFiles);
  const ready = works.filter((work) => files.has(work.contentHash));
  const missing = works.filter((work) => !files.has(work.contentHash));
  return (
    <>
      {ready.length > 0 && (
        <div className="row">
          <Button leftSection={<IconSignature size={17} />} onClick={() => signAll(ready, address)}>
            {missing.length > 0
              ? `Sign ${ready.length} of ${works.length}`
              : ready.length === 1
                ? 'Sign it'
                : `Sign all ${ready.length}`}
          </Button>
          <span className="small muted">
            As {shorten(address, 4)}. Each record is checked here first: it must be of your file and your key.
          </span>
        </div>
      )}
      {missing.length > 0 && <MissingFiles works={missing} />}
    </>
  );
}

function MissingFiles({ works }: { works: readonly Work[] }) {
  const [note, setNote] = useState('');
  const take = async (files: readonly File[]) => {
    const wanted = new Set<string>(works.map((work) => work.contentHash));
    const strange: string[] = [];
    for (const [i, file] of files.entries()) {
      setNote(`Reading ${i + 1} of ${files.length}`);
      const hash = await hashFile(file);
      if (wanted.has(hash)) keepLocalFile(hash, file);
      else strange.push(file.name);
    }
    setNote(strange.length === 0 ? '' : `None of these works: ${strange.join(', ')}.`);
  };
  const names = works.slice(0, 3).map((work) => work.fileName);
  const more = works.length > 3 ? ` and ${works.length - 3} more` : '';
  return (
    <>
      <FileDrop
        title={`Drop ${works.length === 1 ? 'the file' : `the ${works.length} files`} here to sign`}
        hint={`${names.join(', ')}${more}. They stay here: their SHA-256 must be the one that you sign`}
        onFiles={(files) => void take(files)}
      />
      {note !== '' && (
        <p className="small" role="status">
          {note}
        </p>
      )}
    </>
  );
}

function Failures({ of }: { of: SigningRound['failures'] }) {
  return of.map(({ work, problem }) => (
    <div key={work.id} className="stack">
      <p>
        <a href={to('works', work.id)}>{work.title || work.fileName}</a> was not signed:
      </p>
      <ProblemCard problem={problem} />
    </div>
  ));
}
