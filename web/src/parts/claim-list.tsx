import { IconCircleCheck, IconCircleDashed, IconCircleX } from '@tabler/icons-react';
import { type ClaimResult, overall } from '../verify/claims.ts';

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
        const [tone, Icon, word] = LOOK[claim.state];
        return (
          <li key={claim.id} data-claim={claim.id} data-state={claim.state}>
            <Icon size={24} stroke={1.7} className={tone} aria-hidden />
            <span className={tone}>{word}</span>
            <div>
              <h3>{claim.name}</h3>
              <p className="muted">{claim.detail}</p>
            </div>
          </li>
        );
      })}
    </ul>
  );
}

/** The outcome of all claims, as a seal. */
export function ClaimSeal({ claims }: { claims: readonly ClaimResult[] }) {
  const outcome = overall(claims);
  const count = (state: ClaimResult['state']) => claims.filter((claim) => claim.state === state).length;
  const [tone, Icon] = LOOK[outcome];
  const [title, text] = {
    true: ['The proof holds', `All ${claims.length} claims were computed in this browser and are true.`],
    false: [
      'The proof is false',
      `${count('false')} of ${claims.length} claims failed. See which, and at what step.`,
    ],
    unknown: [
      'Not everything could be checked',
      `${count('true')} of ${claims.length} claims hold, none failed, ${count('unknown')} could not be computed here.`,
    ],
  }[outcome] as [string, string];
  const sealTone = { true: 'good', false: 'bad', unknown: 'unsure' }[outcome];
  return (
    <div className="seal" data-tone={sealTone} data-outcome={outcome} role="status">
      <Icon size={34} stroke={1.5} aria-hidden className={outcome === 'unknown' ? undefined : tone} />
      <h2>{title}</h2>
      <p>{text}</p>
    </div>
  );
}
