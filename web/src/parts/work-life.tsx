import { describeState, STATE_WORDS } from '../../../server/domain/state-words.ts';
import { describeUnsignedTerms, describeUnsignedWait } from '../../../server/domain/unsigned-wait.ts';
import type { Work } from '../api/types.ts';
import { useRegistry } from '../registry.ts';
import { to } from '../router.ts';
import { formatTime } from './format.ts';
import { LifeLine, WORK_LIFE } from './life-line.tsx';
import { StateLabel } from './state-label.tsx';

/** A work's life line, with what its present state means; `brief` leaves out the line once it is all behind. */
export function WorkLife({ work, brief = false }: { work: Work; brief?: boolean }) {
  const wait = useWaitWords(work);
  const off = work.state === 'rejected' || work.state === 'in_review';
  const failed = !off && work.problem !== null && work.state !== 'anchored';
  const stopped =
    work.state === 'rejected'
      ? STATE_WORDS.rejected
      : work.state === 'in_review'
        ? STATE_WORDS.in_review
        : failed
          ? 'Held up'
          : undefined;
  return (
    <div className="stack">
      {brief && work.state === 'anchored' ? (
        <StateLabel state="anchored" />
      ) : (
        <LifeLine
          steps={WORK_LIFE}
          state={off ? 'decided' : work.state}
          stopped={stopped}
          label={`State: ${describeState(work.state)}`}
        />
      )}
      <p className="small" aria-live="polite">
        {MEANING[work.state]} {wait}{' '}
        {work.state === 'anchored' && <a href={to('works', work.id, 'certificate')}>See the certificate</a>}
      </p>
    </div>
  );
}

/** What the owner of a work that waits for a signature, or may have to, has to know of the time. */
function useWaitWords(work: Work): string | null {
  const { facts } = useRegistry();
  if (facts === null) return null;
  if (work.state === 'in_review') return describeUnsignedTerms(facts.unsigned);
  return work.state === 'decided'
    ? describeUnsignedWait(work, facts.unsigned, Date.now(), (at) => formatTime(at / 1000))
    : null;
}

const MEANING: Readonly<Record<Work['state'], string>> = {
  received: 'The file has arrived and is kept.',
  fingerprinted: 'Its fingerprint is drawn; now it is compared with the works on record.',
  decided: 'Nothing stands against it. It waits for the owner’s signature.',
  in_review: 'It resembles a work on record. A person will decide.',
  rejected: 'It was not registered, for the reason given.',
  recorded: 'Signed and written down. It goes to the chain with the next transaction.',
  submitted: 'The transaction is sent; the chain has not confirmed it yet.',
  anchored: 'On the chain. The claim stands from the time of its block.',
};
