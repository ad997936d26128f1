import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconClock,
  IconSignature,
  IconX,
} from '@tabler/icons-react';

type Tone = 'good' | 'bad' | 'unsure' | 'plain';

const STATES: Readonly<Record<string, readonly [label: string, tone: Tone, icon: typeof IconCheck]>> = {
  received: ['Received', 'plain', IconClock],
  fingerprinted: ['Fingerprinted', 'plain', IconClock],
  decided: ['Awaiting signature', 'unsure', IconSignature],
  in_review: ['In review', 'unsure', IconAlertTriangle],
  rejected: ['Not registered', 'bad', IconX],
  recorded: ['Recorded', 'plain', IconClock],
  submitted: ['Submitted to the chain', 'plain', IconClock],
  anchored: ['Anchored', 'good', IconCheck],
  failed: ['Failed', 'bad', IconX],
  copy: ['Copy found', 'bad', IconAlertTriangle],
  review: ['A person should look', 'unsure', IconAlertTriangle],
  distinct: ['Nothing found', 'good', IconCheck],
  checking: ['Checking', 'plain', IconClock],
};

/** A state in words, with an icon so that colour never speaks alone. */
export function StateLabel(props: { state: string }) {
  const [label, tone, Icon] = STATES[props.state] ?? [props.state, 'plain', IconCircle];
  return (
    <span className={`state tone-${tone}`}>
      <Icon size={16} stroke={2} aria-hidden />
      {label}
    </span>
  );
}
