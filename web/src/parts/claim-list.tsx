import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { type ClaimResult, overallStatus } from '../../../server/pipeline/prove/index.ts';
import { CLAIM_TITLES } from '../verify/claim-names.ts';
import { describeOutcome, failedFirst } from '../verify/describe-outcome.ts';
import { sentence } from './format.ts';

const LOOK = {
  true: ['tone-good', IconCircleCheck, 'Holds'],
  false: ['tone-bad', IconCircleX, 'False'],
  unknown: ['tone-plain', IconCircleDashed, 'Cannot tell'],
} as const;

const SEAL_TONE = { true: 'good', false: 'bad', unknown: 'unsure' } as const;

/** Each claim of a proof, the false ones first: green, red or grey, in words as well as in colour, with what was computed. */
export function ClaimList({ claims }: { claims: readonly ClaimResult[] }) {
  return (
    <ul className="claims" aria-label="Claims">
      {failedFirst(claims).map((claim) => {
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
  const Icon = LOOK[outcome][1];
  const { title, text } = describeOutcome(claims);
  return (
    <div className="seal" data-tone={SEAL_TONE[outcome]} data-outcome={outcome} role="status">
      <Icon size={34} stroke={1.5} aria-hidden />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}
