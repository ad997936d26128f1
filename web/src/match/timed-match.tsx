import { useMemo, useState } from 'react';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { Box } from '../../../server/domain/media.ts';
import { to } from '../router.ts';
import { BarLabel } from './bar-label.tsx';
import { isTimed, momentsOf, type TimedSegment, workTime } from './clock.ts';
import { FrameStrip, type Moment, nearestMoment } from './frame-strip.tsx';
import type { MatchViewProps } from './match-view-props.ts';
import { type Lengths, Matrix } from './matrix.tsx';
import { Player } from './player.tsx';
import type { Side } from './side.ts';
import { SpectrogramPair } from './spectrogram-pair.tsx';
import { StretchList } from './stretch-list.tsx';
import { StretchMap } from './stretch-map.tsx';
import { type Heard, Transport } from './transport.tsx';
import type { Frames } from './use-captured-frames.ts';
import { useFrames } from './use-frames.ts';
import { type InStep, useInStep } from './use-in-step.ts';
import { type LocalMedia, useLocalMedia } from './use-local-media.ts';
import { useSamples } from './use-samples.ts';

// As many as the service shows at once would be too small to tell apart.
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
  const lengths = lengthsOf(query, work, segments);
  const at = {
    query: steps.atMs / (lengths?.query ?? 1),
    work: workTime(segment, steps.atMs) / (lengths?.work ?? 1),
  };
  const strip = useStrip(isVideo, segment, query, work, media);
  const nearest = nearestMoment(strip.moments, steps.atMs);
  const isHere = media.query.url !== null || media.work.url !== null;
  const hasFrames = strip.query !== null || strip.work !== null;
  const sides = [
    ['query', query, 'Checked file', query.name],
    [
      'work',
      work,
      'Registered work',
      <a href={to('works', match.workId)} key="work">
        {work.name}
      </a>,
    ],
  ] as const;
  return (
    <>
      {/* Without both lengths a bar would be a guess: the list below has the times. */}
      {lengths !== null && (
        <StretchMap
          {...props}
          queryLength={lengths.query}
          workLength={lengths.work}
          queryLabel={<BarLabel name={`Checked file, ${query.name}`} total={total(query)} />}
          workLabel={<BarLabel name={`Registered work, ${work.name}`} total={total(work)} />}
          at={at}
        />
      )}
      <StretchList {...props} />
      <div className="pair">
        {sides.map(([which, side, title, name]) => (
          <Player
            key={which}
            which={which}
            side={side}
            isVideo={isVideo}
            media={media[which]}
            steps={steps}
            muted={heard !== which}
            still={strip[which]?.[nearest] ?? null}
            box={partOf(segment[which].box)}
          >
            <b>{title}</b> {name}
          </Player>
        ))}
      </div>
      {(isHere || hasFrames) && (
        <Transport segment={segment} steps={steps} heard={heard} onHeard={setHeard} canHear={isHere} />
      )}
      {hasFrames && <FrameStrip {...strip} nearest={nearest} onSeek={steps.seek} />}
      {segment.track === 'sound' && isHere && <Spectra segment={segment} steps={steps} media={media} />}
      <Matrix {...props} isVideo={isVideo} media={media} lengths={lengths} at={at} />
    </>
  );
}

/** An outline around all of a picture says nothing. */
function partOf(box: Box | null): Box | null {
  return box !== null && box.width * box.height < 0.97 ? box : null;
}

function total({ durationMs }: Side): string | null {
  return durationMs === null ? null : formatClock(durationMs);
}

/** The lengths of both files in ms, as soon as both are known. */
function lengthsOf(query: Side, work: Side, segments: readonly TimedSegment[]): Lengths | null {
  if (!query.durationMs || !work.durationMs) return null;
  const ends = (which: 'query' | 'work') => segments.map((segment) => segment[which].endMs);
  return {
    query: Math.max(query.durationMs, ...ends('query')),
    work: Math.max(work.durationMs, ...ends('work')),
  };
}

function useStrip(
  isVideo: boolean,
  segment: TimedSegment,
  query: Side,
  work: Side,
  media: Readonly<Record<'query' | 'work', LocalMedia>>,
): { moments: readonly Moment[]; query: Frames | null; work: Frames | null } {
  const moments = useMemo(
    () =>
      (isVideo ? momentsOf(segment, STRIP_FRAMES) : []).map((ms) => ({
        query: ms,
        work: workTime(segment, ms),
      })),
    [isVideo, segment],
  );
  const [queryTimes, workTimes] = useMemo(
    () => [moments.map((moment) => moment.query), moments.map((moment) => moment.work)],
    [moments],
  ) as [number[], number[]];
  return {
    moments,
    query: useFrames(query, media.query.url, queryTimes),
    work: useFrames(work, media.work.url, workTimes),
  };
}

function Spectra(props: {
  segment: TimedSegment;
  steps: InStep;
  media: Readonly<Record<'query' | 'work', LocalMedia>>;
}) {
  const query = useSamples(props.media.query.file);
  const work = useSamples(props.media.work.file);
  const { segment, steps } = props;
  return (
    <SpectrogramPair segment={segment} query={query} work={work} atMs={steps.atMs} onSeek={steps.seek} />
  );
}
