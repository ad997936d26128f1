import { UnstyledButton } from '@mantine/core';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { Frames } from './use-captured-frames.ts';

/** One moment on both clocks, in ms. */
export interface Moment {
  readonly query: number;
  readonly work: number;
}

/** Index of the moment that is nearest to one of the query. */
export function nearestMoment(moments: readonly Moment[], queryMs: number): number {
  return moments.reduce(
    (best, moment, i) =>
      Math.abs(moment.query - queryMs) < Math.abs(moments[best]!.query - queryMs) ? i : best,
    0,
  );
}

/** Frames of both sides at the same moments, one above the other; a press on a pair goes there. */
export function FrameStrip(props: {
  moments: readonly Moment[];
  query: Frames | null;
  work: Frames | null;
  nearest: number;
  onSeek: (queryMs: number) => void;
}) {
  const { moments, nearest } = props;
  return (
    <ol className="strip" aria-label="Frames of both files at the same moments">
      {moments.map((moment, i) => (
        <li key={moment.query}>
          <UnstyledButton
            onClick={() => props.onSeek(moment.query)}
            aria-label={`Go to ${formatClock(moment.query)}`}
            aria-current={i === nearest ? 'true' : undefined}
          >
            <span className="small muted">{formatClock(moment.query)}</span>
            <Frame url={props.query?.[i] ?? null} />
            <Frame url={props.work?.[i] ?? null} />
            <span className="small muted">{formatClock(moment.work)}</span>
          </UnstyledButton>
        </li>
      ))}
    </ol>
  );
}

function Frame({ url }: { url: string | null }) {
  return url === null ? <span className="no-frame" aria-hidden="true" /> : <img src={url} alt="" />;
}
