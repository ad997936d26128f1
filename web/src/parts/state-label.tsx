import {
  IconAlertTriangle,
  IconCheck,
  IconCircle,
  IconClock,
  IconSignature,
  IconX,
} from '@tabler/icons-react';
import { STATE_WORDS } from '../../../server/domain/state-words.ts';

type Tone = 'good' | 'bad' | 'unsure' | 'plain';

const STATES: Readonly<Record<string, readonly [label: string, tone: Tone, icon: typeof IconCheck]>> = {
  received: [STATE_WORDS.received, 'plain', IconClock],
  fingerprinted: [STATE_WORDS.fingerprinted, 'plain', IconClock],
  decided: [STATE_WORDS.decided, 'unsure', IconSignature],
  in_review: [STATE_WORDS.in_review, 'unsure', IconAlertTriangle],
  rejected: [STATE_WORDS.rejected, 'bad', IconX],
  recorded: [STATE_WORDS.recorded, 'plain', IconClock],
  submitted: [STATE_WORDS.submitted, 'plain', IconClock],
  anchored: [STATE_WORDS.anchored, 'good', IconCheck],
  failed: [STATE_WORDS.failed, 'bad', IconX],
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
