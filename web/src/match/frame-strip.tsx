import { UnstyledButton } from '@mantine/core';
import { formatClock } from './describe-stretch.ts';
import type { Frames } from './use-captured-frames.ts';

/** Frames of both sides at the same moments, one above the other; a press on a pair goes there. */
export function FrameStrip(props: {
  /** Moments of the query and of the work, in ms, in the same order. */
  moments: readonly { readonly query: number; readonly work: number }[];
  query: Frames | null;
  work: Frames | null;
  atMs: number;
  onSeek: (queryMs: number) => void;
}) {
  const { moments, atMs } = props;
  const nearest = moments.reduce(
    (best, moment, i) => (Math.abs(moment.query - atMs) < Math.abs(moments[best]!.query - atMs) ? i : best),
    0,
  );
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
