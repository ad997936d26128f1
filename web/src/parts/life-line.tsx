import { describeState } from '../../../server/domain/state-words.ts';

/** One step of a life line. */
export interface LifeStep {
  readonly key: string;
  readonly label: string;
}

/** What a work goes through, in order (docs/architecture.md, "Life of a work"). */
export const WORK_LIFE: readonly LifeStep[] = [
  { key: 'received', label: 'Received' },
  { key: 'fingerprinted', label: 'Fingerprinted' },
  { key: 'decided', label: 'Decided' },
  { key: 'recorded', label: 'Recorded' },
  { key: 'submitted', label: 'Submitted' },
  { key: 'anchored', label: 'Anchored' },
];

/** What a claim of copying goes through. */
export const EVIDENCE_LIFE: readonly LifeStep[] = WORK_LIFE.slice(3);

/**
 * The states something has passed, stands in and has before it. `stopped` marks the place where it left the line
 * (rejected, in review, failed) with the word for it.
 */
export function LifeLine(props: {
  steps: readonly LifeStep[];
  state: string;
  stopped?: string | undefined;
  label: string;
}) {
  const at = props.steps.findIndex((step) => step.key === props.state);
  const last = props.steps.length - 1;
  const moving = props.stopped === undefined && at < last;
  return (
    <ol
      className="life"
      data-moving={moving}
      style={{ ['--steps' as string]: props.steps.length }}
      aria-label={props.label}
    >
      {props.steps.map((step, i) => {
        const past = i < at || (at === last && i === last);
        const place =
          i === at && props.stopped !== undefined ? 'stopped' : past ? 'past' : i === at ? 'now' : 'ahead';
        return (
          <li key={step.key} data-at={place} aria-current={i === at ? 'step' : undefined}>
            {place === 'stopped' ? props.stopped : place === 'now' ? describeState(step.key) : step.label}
          </li>
        );
      })}
    </ol>
  );
}
