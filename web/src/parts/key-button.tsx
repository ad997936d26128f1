import { Button, Modal, PasswordInput } from '@mantine/core';
import { IconKey } from '@tabler/icons-react';
import { type FormEvent, useEffect, useState } from 'react';
import { getJson } from '../api/client.ts';
import { asProblem, type Problem } from '../api/problem.ts';
import { apiKey, type Me, me, setApiKey } from '../api/session.ts';
import { createStore, useStore } from '../store.ts';
import { ProblemCard } from './problem-card.tsx';

/** Whether the dialog for the API key is open; pages that need a key open it. */
export const keyDialog = createStore(false);

async function readMe(): Promise<Me> {
  return getJson<Me>('me');
}

/** Shows whose API key is in use, and the dialog to enter or forget one. */
export function KeyButton() {
  const key = useStore(apiKey);
  const who = useStore(me);
  const open = useStore(keyDialog);
  useEffect(() => {
    if (key === null) return;
    readMe().then(me.set, (error: unknown) => {
      // A key that was revoked meanwhile is of no use; an unreachable service says nothing about the key.
      if (asProblem(error).status === 401) setApiKey(null);
    });
  }, [key]);
  return (
    <>
      <Button
        variant={key === null ? 'filled' : 'default'}
        size="compact-md"
        leftSection={<IconKey size={16} stroke={1.7} />}
        onClick={() => keyDialog.set(true)}
        style={{ fontWeight: 500 }}
      >
        {key === null ? 'Enter API key' : who === null ? 'API key' : who.role}
      </Button>
      <Modal
        opened={open}
        onClose={() => keyDialog.set(false)}
        title={<span style={{ fontFamily: 'var(--serif)', fontSize: '1.375rem' }}>API key</span>}
        size="md"
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        <KeyForm />
      </Modal>
    </>
  );
}

function KeyForm() {
  const key = useStore(apiKey);
  const who = useStore(me);
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<Problem | null>(null);
  const enter = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(null);
    const before = apiKey.get();
    try {
      setApiKey(text.trim());
      me.set(await readMe());
      keyDialog.set(false);
    } catch (error) {
      setApiKey(before);
      setProblem(asProblem(error));
    }
  };
  return (
    <form className="stack" onSubmit={enter}>
      {who !== null && key !== null && (
        <p>
          In use: <b>{who.name}</b>, role {who.role}.
        </p>
      )}
      <PasswordInput
        label={key === null ? 'Your key' : 'Another key'}
        description="Starts with colophon_. It is kept in this tab only and forgotten when you close it."
        value={text}
        onChange={(event) => setText(event.currentTarget.value)}
        autoComplete="off"
        spellCheck={false}
        required
        data-autofocus
      />
      {problem !== null && <ProblemCard problem={problem} />}
      <div className="row">
        <Button type="submit" disabled={text.trim() === ''}>
          Use this key
        </Button>
        {key !== null && (
          <Button variant="default" onClick={() => setApiKey(null)}>
            Forget the key
          </Button>
        )}
      </div>
    </form>
  );
}

/** Stands in place of something that needs an API key. */
export function NeedsKey(props: { to: string }) {
  return (
    <div className="plain-box stack">
      <p>
        You need an API key to {props.to}. The first start of the server prints one for its administrator.
      </p>
      <div>
        <Button onClick={() => keyDialog.set(true)}>Enter API key</Button>
      </div>
    </div>
  );
}
