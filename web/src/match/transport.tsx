import { ActionIcon, Button, SegmentedControl, Slider } from '@mantine/core';
import { IconPlayerPause, IconPlayerPlay, IconPlayerSkipBack } from '@tabler/icons-react';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import { type TimedSegment, workTime } from './clock.ts';
import type { InStep } from './use-in-step.ts';

/** Which side is heard; both at once would be a noise. */
export type Heard = 'query' | 'work' | 'none';

/** The controls of both players at once: play, a slider along the stretch, single frames, and which side is heard. */
export function Transport(props: {
  segment: TimedSegment;
  steps: InStep;
  heard: Heard;
  onHeard: (heard: Heard) => void;
  /** False while only stills are shown. */
  canHear: boolean;
}) {
  const { segment, steps } = props;
  const { query } = segment;
  const step = frameLength(segment);
  const isCounted = segment.query.firstFrame !== null;
  // Standing still it is told finely enough that every frame has another time; running, nobody could read that.
  const clock = (ms: number) => formatClock(ms, steps.isPlaying ? 1 : 2);
  const text = (ms: number) =>
    `${clock(ms)} of the checked file, ${clock(workTime(segment, ms))} of the work`;
  return (
    <div className="transport">
      <div className="row">
        <ActionIcon
          size="lg"
          onClick={steps.toggle}
          aria-label={steps.isPlaying ? 'Pause both' : 'Play both'}
        >
          {steps.isPlaying ? <IconPlayerPause size={19} /> : <IconPlayerPlay size={19} />}
        </ActionIcon>
        <ActionIcon
          size="lg"
          variant="default"
          onClick={() => steps.seek(query.startMs)}
          aria-label="Back to the beginning of the stretch"
        >
          <IconPlayerSkipBack size={17} />
        </ActionIcon>
        <Button size="compact-sm" variant="default" onClick={() => steps.step(-step)}>
          {isCounted ? 'Frame back' : '0.1 s back'}
        </Button>
        <Button size="compact-sm" variant="default" onClick={() => steps.step(step)}>
          {isCounted ? 'Frame forward' : '0.1 s forward'}
        </Button>
        {props.canHear && (
          <SegmentedControl
            size="sm"
            aria-label="Which side is heard"
            value={props.heard}
            onChange={(value) => props.onHeard(value as Heard)}
            data={[
              { value: 'query', label: 'Hear the file' },
              { value: 'work', label: 'Hear the work' },
              { value: 'none', label: 'Silent' },
            ]}
          />
        )}
      </div>
      <Slider
        min={query.startMs}
        max={query.endMs}
        step={step}
        value={steps.atMs}
        onChange={steps.seek}
        label={null}
        thumbLabel="The moment that both players show"
        thumbValueText={text}
        size="sm"
      />
      <p className="row small muted clocks" aria-live="off">
        <span>{text(steps.atMs)}</span>
      </p>
    </div>
  );
}

/** One frame of the query in ms where its frames were counted, else a tenth of a second. */
function frameLength({ query }: TimedSegment): number {
  if (query.firstFrame === null || query.lastFrame === null || query.lastFrame < query.firstFrame) return 100;
  return (query.endMs - query.startMs) / (query.lastFrame - query.firstFrame + 1);
}
