import { useMemo, useState } from 'react';
import { to } from '../router.ts';
import { isTimed, momentsOf, type TimedSegment, workTime } from './clock.ts';
import { FrameStrip } from './frame-strip.tsx';
import type { MatchViewProps } from './match-view.tsx';
import { Player } from './player.tsx';
import type { Side } from './side.ts';
import { SpectrogramPair } from './spectrogram-pair.tsx';
import { StretchList } from './stretch-list.tsx';
import { StretchMap } from './stretch-map.tsx';
import { type Heard, Transport } from './transport.tsx';
import { useCapturedFrames } from './use-captured-frames.ts';
import { useInStep } from './use-in-step.ts';
import { useLocalMedia } from './use-local-media.ts';
import { useSamples } from './use-samples.ts';

const STRIP_FRAMES = 8;

/** A copied stretch of video or sound: both files in step, on one clock. */
export function TimedMatch(props: MatchViewProps) {
  const segments = useMemo(() => props.match.segments.filter(isTimed), [props.match]);
  const [selected, setSelected] = useState(0);
  const segment = segments[selected];
  if (segment === undefined) return <p className="muted">The service names no copied stretch.</p>;
  return (
    <Stretch {...props} segments={segments} segment={segment} selected={selected} onSelect={setSelected} />
  );
}

interface StretchProps extends MatchViewProps {
  readonly segments: readonly TimedSegment[];
  readonly segment: TimedSegment;
  readonly selected: number;
  readonly onSelect: (index: number) => void;
}

function Stretch(props: StretchProps) {
  const { match, query, work, segments, segment } = props;
  const steps = useInStep(segment);
  const [heard, setHeard] = useState<Heard>('query');
  const media = { query: useLocalMedia(query), work: useLocalMedia(work) };
  const isVideo = match.medium === 'video';
  const lengths = { query: lengthOf(query, segments, 'query'), work: lengthOf(work, segments, 'work') };
  const atWork = workTime(segment, steps.atMs);
  return (
    <>
      <StretchMap
        {...props}
        queryLength={lengths.query}
        workLength={lengths.work}
        queryLabel={`Checked file, ${query.name}`}
        workLabel={`Registered work, ${work.name}`}
        at={{ query: steps.atMs / lengths.query, work: atWork / lengths.work }}
      />
      <StretchList {...props} />
      <div className="pair">
        <Player
          side="query"
          isVideo={isVideo}
          media={media.query}
          steps={steps}
          muted={heard !== 'query'}
          still={null}
          label="the checked file"
        >
          <b>Checked file</b> {query.name}
        </Player>
        <Player
          side="work"
          isVideo={isVideo}
          media={media.work}
          steps={steps}
          muted={heard !== 'work'}
          still={null}
          label="the registered work"
        >
          <b>Registered work</b> <a href={to('works', match.workId)}>{work.name}</a>
        </Player>
      </div>
      <Transport segment={segment} steps={steps} heard={heard} onHeard={setHeard} />
      {segment.track === 'picture' && (
        <Strip segment={segment} steps={steps} urls={{ query: media.query.url, work: media.work.url }} />
      )}
      {segment.track === 'sound' && <Sound segment={segment} steps={steps} media={media} />}
    </>
  );
}

/** The file's length where it is known, else the end of the last stretch. */
function lengthOf(side: Side, segments: readonly TimedSegment[], which: 'query' | 'work'): number {
  return Math.max(side.durationMs ?? 0, ...segments.map((segment) => segment[which].endMs), 1);
}

function Strip(props: {
  segment: TimedSegment;
  steps: ReturnType<typeof useInStep>;
  urls: { query: string | null; work: string | null };
}) {
  const { segment, steps, urls } = props;
  const moments = useMemo(
    () => momentsOf(segment, STRIP_FRAMES).map((ms) => ({ query: ms, work: workTime(segment, ms) })),
    [segment],
  );
  const query = useCapturedFrames(
    urls.query,
    moments.map((moment) => moment.query),
  );
  const work = useCapturedFrames(
    urls.work,
    moments.map((moment) => moment.work),
  );
  return <FrameStrip moments={moments} query={query} work={work} atMs={steps.atMs} onSeek={steps.seek} />;
}

function Sound(props: {
  segment: TimedSegment;
  steps: ReturnType<typeof useInStep>;
  media: Record<'query' | 'work', ReturnType<typeof useLocalMedia>>;
}) {
  const query = useSamples(props.media.query.file);
  const work = useSamples(props.media.work.file);
  return (
    <SpectrogramPair
      segment={props.segment}
      query={query}
      work={work}
      atMs={props.steps.atMs}
      onSeek={props.steps.seek}
    />
  );
}
