import { useMemo, useState } from 'react';
import { to } from '../router.ts';
import { isTimed, momentsOf, type TimedSegment, workTime } from './clock.ts';
import { formatClock } from './describe-stretch.ts';
import { FrameStrip } from './frame-strip.tsx';
import type { MatchViewProps } from './match-view-props.ts';
import { Player } from './player.tsx';
import type { Side } from './side.ts';
import { similarityOf } from './similarity.ts';
import { SimilarityPicture } from './similarity-picture.tsx';
import { SpectrogramPair } from './spectrogram-pair.tsx';
import { StretchList } from './stretch-list.tsx';
import { StretchMap } from './stretch-map.tsx';
import { type Heard, Transport } from './transport.tsx';
import { useCapturedFrames } from './use-captured-frames.ts';
import { type InStep, useInStep } from './use-in-step.ts';
import { type LocalMedia, useLocalMedia } from './use-local-media.ts';
import { usePictureMoments, useSoundMoments } from './use-moments.ts';
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
  const at = {
    query: steps.atMs / lengths.query,
    work: workTime(segment, steps.atMs) / lengths.work,
  };
  const isHere = media.query.url !== null || media.work.url !== null;
  return (
    <>
      <StretchMap
        {...props}
        queryLength={lengths.query}
        workLength={lengths.work}
        queryLabel={<BarLabel name={`Checked file, ${query.name}`} lengthMs={query.durationMs} />}
        workLabel={<BarLabel name={`Registered work, ${work.name}`} lengthMs={work.durationMs} />}
        at={at}
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
      {isHere && <Transport segment={segment} steps={steps} heard={heard} onHeard={setHeard} />}
      {isHere && segment.track === 'picture' && (
        <Pictures {...props} steps={steps} media={media} lengths={lengths} at={at} />
      )}
      {isHere && segment.track === 'sound' && (
        <Sounds {...props} steps={steps} media={media} lengths={lengths} at={at} />
      )}
    </>
  );
}

function BarLabel({ name, lengthMs }: { name: string; lengthMs: number | null }) {
  return (
    <>
      {lengthMs !== null && <span className="total">{formatClock(lengthMs)}</span>}
      {name}
    </>
  );
}

/** The file's length where it is known, else the end of the last stretch. */
function lengthOf(side: Side, segments: readonly TimedSegment[], which: 'query' | 'work'): number {
  return Math.max(side.durationMs ?? 0, ...segments.map((segment) => segment[which].endMs), 1);
}

interface TrackProps extends StretchProps {
  readonly steps: InStep;
  readonly media: Readonly<Record<'query' | 'work', LocalMedia>>;
  readonly lengths: Readonly<Record<'query' | 'work', number>>;
  readonly at: Readonly<Record<'query' | 'work', number>>;
}

function Pictures(props: TrackProps) {
  const { segment, steps, media, lengths } = props;
  const moments = useMemo(
    () => momentsOf(segment, STRIP_FRAMES).map((ms) => ({ query: ms, work: workTime(segment, ms) })),
    [segment],
  );
  const query = useCapturedFrames(
    media.query.url,
    moments.map((moment) => moment.query),
  );
  const work = useCapturedFrames(
    media.work.url,
    moments.map((moment) => moment.work),
  );
  const looks = {
    query: usePictureMoments(media.query.url, lengths.query),
    work: usePictureMoments(media.work.url, lengths.work),
  };
  return (
    <>
      <FrameStrip moments={moments} query={query} work={work} atMs={steps.atMs} onSeek={steps.seek} />
      <Matrix {...props} moments={looks} />
    </>
  );
}

function Sounds(props: TrackProps) {
  const query = useSamples(props.media.query.file);
  const work = useSamples(props.media.work.file);
  const sounds = { query: useSoundMoments(query.samples), work: useSoundMoments(work.samples) };
  return (
    <>
      <SpectrogramPair
        segment={props.segment}
        query={query}
        work={work}
        atMs={props.steps.atMs}
        onSeek={props.steps.seek}
      />
      <Matrix {...props} moments={sounds} />
    </>
  );
}

function Matrix(props: TrackProps & { moments: Readonly<Record<'query' | 'work', Float32Array[] | null>> }) {
  const { query, work } = props.moments;
  const similarity = useMemo(
    () => (query === null || work === null ? null : similarityOf(query, work)),
    [query, work],
  );
  if (similarity === null) return null;
  const { track } = props.segment;
  return (
    <SimilarityPicture
      similarity={similarity}
      segments={props.segments.filter((segment) => segment.track === track)}
      selected={props.segments.filter((segment) => segment.track === track).indexOf(props.segment)}
      queryLengthMs={props.lengths.query}
      workLengthMs={props.lengths.work}
      at={props.at}
    />
  );
}
