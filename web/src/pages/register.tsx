import { Button, Radio, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { apiKey } from '../api/session.ts';
import { ownerKey } from '../keys/owner-key.ts';
import { OwnerPanel } from '../keys/owner-panel.tsx';
import { UnsignedWorks } from '../keys/unsigned-works.tsx';
import { FileDrop } from '../parts/file-drop.tsx';
import { formatBytes } from '../parts/format.ts';
import { FormatList } from '../parts/format-list.tsx';
import { NeedsKey } from '../parts/key-button.tsx';
import { describeUploads, sizeProblem } from '../parts/media-words.ts';
import { PageHead } from '../parts/page-head.tsx';
import { RegisterEntry } from '../parts/register-entry.tsx';
import { addFiles, dropEntry, type Entry, entries, retitle, sendDrafts } from '../register-queue.ts';
import { useRegistry } from '../registry.ts';
import { useStore } from '../store.ts';

/** The first door: from files to signed works. */
export function RegisterPage() {
  const key = useStore(apiKey);
  return (
    <>
      <PageHead title="Register a work">
        Colophon draws the fingerprint of your file, looks whether it is on record already, and asks you to
        sign. The moment of your claim is then sealed on the chain.
      </PageHead>
      {key === null ? <NeedsKey to="register works" /> : <RegisterForm />}
    </>
  );
}

function RegisterForm() {
  const owner = useStore(ownerKey);
  const list = useStore(entries);
  const { facts } = useRegistry();
  const [lane, setLane] = useState<'batch' | 'record'>('batch');
  const drafts = list.filter((entry) => entry.phase === 'draft');
  // The newest on top: it is the one that may wait for a signature.
  const sent = list.filter((entry) => entry.phase !== 'draft').reverse();
  const terms = owner.kind === 'none' ? null : { owner: owner.address, lane };
  return (
    <>
      <section className="section" aria-labelledby="owner">
        <h2 id="owner">Owner</h2>
        <OwnerPanel />
      </section>
      <section className="section stack" aria-labelledby="files">
        <h2 id="files">Files</h2>
        <FileDrop
          title="Drop files here, or choose them"
          hint={`${describeUploads(facts)}; several at once if you like`}
          onFiles={(files) => addFiles(files, (file) => sizeProblem(file, facts))}
        />
        <FormatList />
        {drafts.length > 0 && (
          <>
            {drafts.map((entry) => (
              <Draft key={entry.key} entry={entry} />
            ))}
            <Radio.Group
              label="How it reaches the chain"
              value={lane}
              onChange={(value) => setLane(value as typeof lane)}
            >
              <div className="stack" style={{ gap: '0.5rem', marginTop: '0.4rem' }}>
                <Radio
                  value="batch"
                  label="Sealed with others"
                  description="A leaf in a tree of many works under one transaction. The same proof of time, at a fraction of the cost."
                />
                <Radio
                  value="record"
                  label="A record of its own"
                  description="One transaction for this work alone, readable by other contracts."
                />
              </div>
            </Radio.Group>
            <div className="row">
              <Button disabled={terms === null} onClick={() => terms && sendDrafts(terms)}>
                {drafts.length === 1 ? 'Register this work' : `Register ${drafts.length} works`}
              </Button>
              {terms === null && (
                <span className="muted">First make, import or connect the owner's key above.</span>
              )}
            </div>
          </>
        )}
      </section>
      {sent.length > 0 && (
        <section className="section" aria-labelledby="progress" style={{ borderTop: 0 }}>
          <h2 id="progress">On the way</h2>
          <UnsignedWorks atLeast={2} turn={sent.filter(({ phase }) => phase === 'settled').length} />
          {sent.map((entry) => (
            <RegisterEntry key={entry.key} entry={entry} terms={terms} />
          ))}
        </section>
      )}
    </>
  );
}

function Draft({ entry }: { entry: Entry }) {
  return (
    <div className="row" style={{ alignItems: 'end', flexWrap: 'nowrap' }}>
      <TextInput
        style={{ flex: 1 }}
        label="Title"
        description={`${entry.file.name}, ${formatBytes(entry.file.size)}`}
        value={entry.title}
        onChange={(event) => retitle(entry.key, event.currentTarget.value)}
        maxLength={200}
      />
      <Button
        variant="default"
        onClick={() => dropEntry(entry.key)}
        aria-label={`Leave out ${entry.file.name}`}
        px="xs"
      >
        <IconX size={17} aria-hidden />
      </Button>
    </div>
  );
}
