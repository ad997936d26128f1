import { IconBook2, IconFileSearch, IconShieldCheck, IconWritingSign } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { shorten } from './parts/format.ts';
import { KeyButton } from './parts/key-button.tsx';
import { ThemeButton } from './parts/theme-button.tsx';
import { useRegistry, useRegistryRefresh } from './registry.ts';
import { to } from './router.ts';

const DOORS = [
  ['register', 'Register', IconWritingSign],
  ['check', 'Check', IconFileSearch],
  ['verify', 'Verify', IconShieldCheck],
] as const;
const LISTS = [
  ['works', 'Works'],
  ['checks', 'Checks'],
  ['evidence', 'Evidence'],
] as const;

/** What stands around every page: masthead, the lists, the state of the service, and on a phone the tab bar. */
export function Frame(props: { place: string; children: ReactNode }) {
  useRegistryRefresh();
  const { facts, problem } = useRegistry();
  const current = (place: string) => (props.place === place ? ('page' as const) : undefined);
  const inRecords = ['records', 'works', 'checks', 'evidence'].includes(props.place);
  return (
    <>
      <button type="button" className="skip" onClick={skipToMain}>
        Skip to the content
      </button>
      <header className="masthead">
        <div className="frame">
          <a className="wordmark" href={to()}>
            <Device /> Colophon
          </a>
          <nav aria-label="Console" style={{ flex: 1 }}>
            <ul className="places">
              {DOORS.map(([place, name]) => (
                <li key={place}>
                  <a href={to(place)} aria-current={current(place)}>
                    {name}
                  </a>
                </li>
              ))}
              <li className="gap" aria-hidden="true" />
              {LISTS.map(([place, name]) => (
                <li key={place}>
                  <a href={to(place)} aria-current={current(place)}>
                    {name}
                  </a>
                </li>
              ))}
            </ul>
          </nav>
          <div className="tools">
            <KeyButton />
            <ThemeButton />
          </div>
        </div>
      </header>
      {problem !== null && (
        <div className="note-box no-print" role="status">
          <div className="frame">
            <b>{problem.title}.</b>{' '}
            {problem.code === 'offline'
              ? 'Lists may be out of date; bundles can still be verified.'
              : problem.message}
          </div>
        </div>
      )}
      <main className="frame" id="main" tabIndex={-1}>
        {props.children}
      </main>
      <footer className="foot">
        <div className="frame">
          {facts === null ? (
            <span>{problem === null ? 'Asking the registry' : 'The registry did not answer'}</span>
          ) : (
            <>
              <span>Chain {facts.chainId}</span>
              <span>
                Registry <span className="mono">{shorten(facts.registry)}</span>
              </span>
              <span>
                Model {facts.model.name} {facts.model.version}
              </span>
              <span>Policy {facts.policyVersion}</span>
              <a href="./docs">API</a>
            </>
          )}
        </div>
      </footer>
      <nav className="tabs" aria-label="Console, short">
        {DOORS.map(([place, name, Icon]) => (
          <a key={place} href={to(place)} aria-current={current(place)}>
            <Icon size={22} stroke={1.5} aria-hidden />
            {name}
          </a>
        ))}
        <a href={to('records')} aria-current={inRecords ? 'page' : undefined}>
          <IconBook2 size={22} stroke={1.5} aria-hidden />
          Records
        </a>
      </nav>
    </>
  );
}

// A button, not a link: the hash is the route.
function skipToMain() {
  document.getElementById('main')?.focus();
}

function Device() {
  return (
    <svg viewBox="0 0 16 16" aria-hidden="true">
      <path d="M4 1h8v2h-8zM2 3h2v10H2zM4 13h8v2H4zM12 3h2v2h-2zM12 11h2v2h-2zM7 6h4v1H7zM6 7h2v2H6zM7 9h4v1H7z" />
    </svg>
  );
}
