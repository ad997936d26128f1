import { apiKey } from '../api/session.ts';
import type { Check, Evidence, Work } from '../api/types.ts';
import { roundsEnded } from '../keys/sign-all.ts';
import { UnsignedWorks } from '../keys/unsigned-works.tsx';
import { FingerprintMark } from '../parts/fingerprint-mark.tsx';
import { formatShare, formatTime } from '../parts/format.ts';
import { NeedsKey } from '../parts/key-button.tsx';
import { Ledger } from '../parts/ledger.tsx';
import { describeMedium } from '../parts/media-words.ts';
import { Empty } from '../parts/nothing-yet.tsx';
import { PageHead } from '../parts/page-head.tsx';
import { registeredTime } from '../parts/registered-time.ts';
import { StateLabel } from '../parts/state-label.tsx';
import { to } from '../router.ts';
import { useStore } from '../store.ts';

/** All works this key may see. */
export function WorkListPage() {
  const ended = useStore(roundsEnded);
  return (
    <List
      key={ended}
      title="Works"
      name="works"
      above={<UnsignedWorks />}
      columns={['Mark', 'Work', 'State', 'Registered']}
      empty={
        <>
          No work is on record yet. <a href={to('register')}>Register the first</a>.
        </>
      }
      row={(work: Work) => [
        <FingerprintMark key="mark" code={work.code} size={44} label="" />,
        <span key="title">
          <a className="title" href={to('works', work.id)}>
            {work.title || work.fileName}
          </a>
          <span className="kind">{describeMedium(work)}</span>
        </span>,
        <StateLabel key="state" state={work.state} />,
        registeredTime(work),
      ]}
    />
  );
}

/** All checks this key made. */
export function CheckListPage() {
  return (
    <List
      title="Checks"
      name="checks"
      columns={['Mark', 'File', 'Verdict', 'Checked']}
      empty={
        <>
          Nothing was checked yet. <a href={to('check')}>Check a file</a>.
        </>
      }
      row={(check: Check) => [
        <FingerprintMark key="mark" code={check.code} size={44} label="" />,
        <span key="title">
          <a className="title" href={to('checks', check.id)}>
            {check.fileName}
          </a>
          <span className="kind">{describeMedium(check)}</span>
        </span>,
        <StateLabel
          key="state"
          state={check.verdict?.outcome ?? (check.state === 'failed' ? 'failed' : 'checking')}
        />,
        formatTime(check.createdAt),
      ]}
    />
  );
}

/** All evidence this key filed. */
export function EvidenceListPage() {
  return (
    <List
      title="Evidence"
      name="evidence"
      columns={['Mark', 'Claim', 'State', 'Filed']}
      empty={
        <>
          No evidence was filed yet. It starts from a match: <a href={to('check')}>check a file</a>.
        </>
      }
      row={(evidence: Evidence) => [
        <FingerprintMark key="mark" code={evidence.suspectCode} size={44} label="" />,
        <a key="title" className="title" href={to('evidence', evidence.id)}>
          {evidence.sourceUrl ?? `A copy with probability ${formatShare(evidence.match.probability)}`}
        </a>,
        <StateLabel key="state" state={evidence.state} />,
        formatTime(evidence.createdAt),
      ]}
    />
  );
}

function List<T extends { id: string }>(props: {
  title: string;
  name: string;
  columns: readonly string[];
  above?: React.ReactNode;
  empty: React.ReactNode;
  row: (item: T) => React.ReactNode[];
}) {
  const key = useStore(apiKey);
  return (
    <>
      <PageHead title={props.title} />
      {key === null ? (
        <NeedsKey to={`see ${props.title.toLowerCase()}`} />
      ) : (
        <div className="stack">
          {props.above}
          <Ledger
            name={props.name}
            columns={props.columns}
            row={props.row}
            empty={<Empty>{props.empty}</Empty>}
          />
        </div>
      )}
    </>
  );
}

/** On a phone, the way to the three lists. */
export function RecordsPage() {
  return (
    <>
      <PageHead title="Records" />
      <nav className="doors" aria-label="Records">
        {(['works', 'checks', 'evidence'] as const).map((name) => (
          <a key={name} href={to(name)}>
            <h2 style={{ textTransform: 'capitalize' }}>{name}</h2>
          </a>
        ))}
      </nav>
    </>
  );
}
