import { useMediaQuery } from '@mantine/hooks';
import { IconArrowRight } from '@tabler/icons-react';
import { useCallback, useEffect } from 'react';
import { getJson } from '../api/client.ts';
import { apiKey } from '../api/session.ts';
import type { Page, Registry, Work } from '../api/types.ts';
import { useResource } from '../api/use-resource.ts';
import { FingerprintMark } from '../parts/fingerprint-mark.tsx';
import { taper } from '../parts/taper.ts';
import { useRegistry } from '../registry.ts';
import { to } from '../router.ts';
import { useStore } from '../store.ts';

const DOORS = [
  [
    'register',
    'Register',
    'Put a work on record: its fingerprint, its owner, and the moment, anchored on the chain.',
  ],
  ['check', 'Check', 'Ask whether a file copies something on record, and see where.'],
  ['verify', 'Verify', 'Test a proof in your own browser, against the chain, without trusting this service.'],
] as const;

/** The first page: the registry's own colophon, the three doors, and the latest marks. */
export function HomePage() {
  const { facts } = useRegistry();
  const key = useStore(apiKey);
  useEffect(() => {
    document.title = 'Colophon, a registry of record';
  }, []);
  return (
    <>
      <h1 id="page-title" tabIndex={-1} style={{ position: 'absolute', clipPath: 'inset(50%)' }}>
        Colophon, a registry of record
      </h1>
      <Colophon facts={facts} />
      <nav className="doors" aria-label="Doors">
        {DOORS.map(([place, name, what]) => (
          <a key={place} href={to(place)}>
            <h2>{name}</h2>
            <p>{what}</p>
            <span className="go">
              {name} a {place === 'verify' ? 'proof' : place === 'check' ? 'file' : 'work'}
              <IconArrowRight size={17} stroke={1.7} aria-hidden />
            </span>
          </a>
        ))}
      </nav>
      {key !== null && <LatestMarks />}
    </>
  );
}

/** Printers closed a book with a paragraph on how, where and by whom it was made. This is the registry's. */
function Colophon({ facts }: { facts: Registry | null }) {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const text = [
    'Here is kept a register of works, each by the fingerprint of what it looks like and the name of who owns it.',
    ...(facts === null
      ? []
      : [
          `It holds ${count(facts.works.total, 'work')}, of which ${facts.works.anchored} are sealed on chain ${facts.chainId}.`,
          `Copies are recognised by ${facts.model.name} ${facts.model.version}, under policy ${facts.policyVersion}.`,
        ]),
    'What is written is not rewritten, and anyone may check it.',
  ].join(' ');
  return (
    <div className="colophon">
      <p>
        {taper(text, narrow ? 38 : 64).map((line) => (
          <span key={line} className="line">
            {line}{' '}
          </span>
        ))}
      </p>
      {facts !== null && (
        <div className="ornament">
          <FingerprintMark code={facts.model.digest} label="The digest of the model, drawn as a mark" />
        </div>
      )}
    </div>
  );
}

function count(n: number, noun: string): string {
  return `${n.toLocaleString('en-GB')} ${noun}${n === 1 ? '' : 's'}`;
}

function LatestMarks() {
  const load = useCallback(async (signal: AbortSignal) => getJson<Page<Work>>('works?limit=14', signal), []);
  const { value } = useResource(load);
  if (value === null || value.items.length === 0) return null;
  return (
    <section className="section" style={{ borderTop: 0 }} aria-labelledby="latest">
      <h2 id="latest">Latest marks</h2>
      <ul className="gallery">
        {value.items.map((work) => (
          <li key={work.id}>
            <a href={to('works', work.id)}>
              <FingerprintMark code={work.code} label="" />
              <span>{work.title || work.fileName}</span>
            </a>
          </li>
        ))}
      </ul>
    </section>
  );
}
