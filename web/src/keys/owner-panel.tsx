import { Button } from '@mantine/core';
import { IconDownload, IconLock, IconLockOpen, IconWallet } from '@tabler/icons-react';
import { useState } from 'react';
import { DigestText } from '../parts/digest-text.tsx';
import { ProblemCard } from '../parts/problem-card.tsx';
import { saveFile } from '../parts/save-file.ts';
import { useStore } from '../store.ts';
import { hasExtension } from './extension.ts';
import { ForgetKey } from './forget-key.tsx';
import { CreateKeyForm, ImportKeyForm, UnlockKeyForm } from './key-forms.tsx';
import { connectExtension, exportKey, lockKey, ownerKey } from './owner-key.ts';

/** The owner's key: what the browser holds, and the ways to make, open, import, back up and forget it. */
export function OwnerPanel() {
  const key = useStore(ownerKey);
  const [form, setForm] = useState<'create' | 'import' | null>(null);
  const [problem, setProblem] = useState<unknown>(null);
  const connect = () => connectExtension().catch(setProblem);
  if (key.kind === 'none') {
    return (
      <div className="stack">
        <p>
          The key of an owner is made here and signs here. The service never sees it, so nobody can register
          in your name or restore it for you.
        </p>
        <p className="small muted">
          The command line keeps a key of its own. To be one owner in both, import it here:{' '}
          <code>npx colophon owner export key.json</code> saves it.
        </p>
        <div className="row">
          <Button variant={form === 'create' ? 'default' : 'filled'} onClick={() => setForm('create')}>
            Make a key
          </Button>
          <Button variant="default" onClick={() => setForm('import')}>
            Import a key
          </Button>
          {hasExtension() && (
            <Button variant="default" leftSection={<IconWallet size={16} />} onClick={connect}>
              Use my wallet
            </Button>
          )}
        </div>
        {form === 'create' && <CreateKeyForm />}
        {form === 'import' && <ImportKeyForm />}
        {problem !== null && <ProblemCard problem={problem} />}
      </div>
    );
  }
  return (
    <div className="stack">
      <p className="row">
        <DigestText value={key.address} what="the owner's address" />
        <span className="state muted">
          {key.unlocked ? <IconLockOpen size={16} aria-hidden /> : <IconLock size={16} aria-hidden />}
          {key.kind === 'extension' ? 'in your wallet' : key.unlocked ? 'unlocked until you leave' : 'locked'}
        </span>
      </p>
      {!key.unlocked && <UnlockKeyForm />}
      <div className="row">
        {key.kind === 'browser' && (
          <Button
            size="compact-sm"
            variant="default"
            leftSection={<IconDownload size={15} />}
            onClick={() => saveFile(`colophon-key-${key.address.slice(2, 10)}.json`, exportKey() ?? '')}
          >
            Save a backup
          </Button>
        )}
        {key.kind === 'browser' && key.unlocked && (
          <Button size="compact-sm" variant="default" onClick={lockKey}>
            Lock
          </Button>
        )}
        {key.kind === 'browser' && hasExtension() && (
          <Button size="compact-sm" variant="default" onClick={connect}>
            Use my wallet instead
          </Button>
        )}
        {key.kind === 'extension' ? (
          <Button size="compact-sm" variant="default" onClick={lockKey}>
            Disconnect
          </Button>
        ) : (
          <ForgetKey />
        )}
      </div>
      {key.kind === 'browser' && (
        <p className="small muted">
          Works are signed here as this address. With the backup, <code>npx colophon owner import FILE</code>{' '}
          makes the command line sign as the same owner.
        </p>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
    </div>
  );
}
