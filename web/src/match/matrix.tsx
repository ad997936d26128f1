import { useMemo } from 'react';
import type { TimedSegment } from './clock.ts';
import { similarityOf } from './similarity.ts';
import { SimilarityPicture } from './similarity-picture.tsx';
import type { LocalMedia } from './use-local-media.ts';
import { useMatrix } from './use-matrix.ts';
import { usePictureMoments, useSoundMoments } from './use-moments.ts';
import { useSamples } from './use-samples.ts';

/** Lengths of both files in ms. */
export type Lengths = Readonly<Record<'query' | 'work', number>>;

interface MatrixProps {
  readonly isVideo: boolean;
  readonly path: string | null;
  readonly segments: readonly TimedSegment[];
  readonly segment: TimedSegment;
  readonly media: Readonly<Record<'query' | 'work', LocalMedia>>;
  readonly lengths: Lengths | null;
  readonly at: Readonly<Record<'query' | 'work', number>>;
}

/** The similarity matrix of the selected stretch's track: the service's, else one drawn from the files that are here. */
export function Matrix(props: MatrixProps) {
  const { track } = props.segment;
  // Of a film the service compares the pictures; the matrix of its sound is drawn here.
  const { matrix, failed } = useMatrix(track === 'picture' || !props.isVideo ? props.path : null);
  const segments = props.segments.filter((segment) => segment.track === track);
  // Lines on a scale that is not the file's would lie beside what they mark.
  if (props.lengths === null) return null;
  const shared = {
    segments,
    selected: segments.indexOf(props.segment),
    queryLengthMs: props.lengths.query,
    workLengthMs: props.lengths.work,
    at: props.at,
  };
  if (matrix !== null) return <SimilarityPicture {...shared} similarity={matrix} drawnFrom="fingerprints" />;
  if (!failed) return null;
  return track === 'picture' ? (
    <PictureMatrix media={props.media} lengths={props.lengths} shared={shared} />
  ) : (
    <SoundMatrix media={props.media} shared={shared} />
  );
}

type Shared = Omit<Parameters<typeof SimilarityPicture>[0], 'similarity' | 'drawnFrom'>;

function PictureMatrix(props: Pick<MatrixProps, 'media'> & { lengths: Lengths; shared: Shared }) {
  const { media, lengths, shared } = props;
  const query = usePictureMoments(media.query.url, lengths.query);
  const work = usePictureMoments(media.work.url, lengths.work);
  return <Drawn query={query} work={work} from="pictures" shared={shared} />;
}

function SoundMatrix({ media, shared }: Pick<MatrixProps, 'media'> & { shared: Shared }) {
  const query = useSoundMoments(useSamples(media.query.file).samples);
  const work = useSoundMoments(useSamples(media.work.file).samples);
  return <Drawn query={query} work={work} from="sound" shared={shared} />;
}

function Drawn(props: {
  query: Float32Array[] | null;
  work: Float32Array[] | null;
  from: 'pictures' | 'sound';
  shared: Shared;
}) {
  const { query, work } = props;
  const similarity = useMemo(
    () => (query === null || work === null ? null : similarityOf(query, work)),
    [query, work],
  );
  if (similarity === null) return null;
  return <SimilarityPicture {...props.shared} similarity={similarity} drawnFrom={props.from} />;
}
