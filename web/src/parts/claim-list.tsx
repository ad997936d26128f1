import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { type ClaimResult, overallStatus } from '../../../server/pipeline/prove/index.ts';
import { CLAIM_TITLES } from '../verify/claim-names.ts';
import { sentence } from './format.ts';

const LOOK = {
  true: ['tone-good', IconCircleCheck, 'Holds'],
  false: ['tone-bad', IconCircleX, 'False'],
  unknown: ['tone-plain', IconCircleDashed, 'Cannot tell'],
} as const;

/** Each claim of a proof: green, red or grey, in words as well as in colour, with what was computed. */
export function ClaimList({ claims }: { claims: readonly ClaimResult[] }) {
  return (
    <ul className="claims" aria-label="Claims">
      {claims.map((claim) => {
        const [tone, Icon, word] = LOOK[claim.status];
        return (
          <li key={claim.name} data-claim={claim.name} data-status={claim.status}>
            <Icon size={24} stroke={1.7} className={tone} aria-hidden />
            <span className={tone}>{word}</span>
            <div>
              <h3>{CLAIM_TITLES[claim.name]}</h3>
              <p className="muted">{sentence(claim.detail)}</p>
              {claim.status === 'false' && claim.failingStep && (
                <p className="tone-bad">
                  Failing step: <span className="mono">{claim.failingStep}</span>
                </p>
              )}
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** The outcome of all claims, as a seal. */
export function ClaimSeal({ claims }: { claims: readonly ClaimResult[] }) {
  const outcome = overallStatus(claims);
  const count = (status: ClaimResult['status']) => claims.filter((claim) => claim.status === status).length;
  const Icon = LOOK[outcome][1];
  const { tone, title, text } = {
    true: {
      tone: 'good',
      title: 'The proof holds',
      text: `All ${claims.length} claims were computed in this browser, and are true.`,
    },
    false: {
      tone: 'bad',
      title: 'The proof is false',
      text: `${count('false')} of ${claims.length} claims failed. What builds on a false claim is left open.`,
    },
    unknown: {
      tone: 'unsure',
      title: 'Nothing failed, but not everything was checked',
      text: `${count('true')} of ${claims.length} claims hold; ${count('unknown')} could not be computed here, each for the reason given.`,
    },
  }[outcome];
  return (
    <div className="seal" data-tone={tone} data-outcome={outcome} role="status">
      <Icon size={34} stroke={1.5} aria-hidden />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}
