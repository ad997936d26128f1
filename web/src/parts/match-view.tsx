import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Match } from '../../../server/domain/match.ts';
import { to } from '../router.ts';
import { formatShare } from './format.ts';
import { areaOf, invert, mapPoint, matchOutlines, type Point } from './outline.ts';
import { OutlinedPicture } from './outlined-picture.tsx';
import { OverlayPicture } from './overlay-picture.tsx';
import { ReasonList } from './reason-list.tsx';

/** One match, side by side, with the copied area outlined in both pictures and the reasons below. */
export function MatchView(props: {
  match: Match;
  queryPath: string;
  queryName: string;
  workPath: string;
  workTitle: string;
}) {
  const { match } = props;
  const [overlay, setOverlay] = useState(false);
  // Where the pointer is, in the query's fractions: the same detail is marked in both pictures.
  const [point, setPoint] = useState<Point | null>(null);
  const outlines = matchOutlines(match);
  const forward = match.transform;
  const back = forward && invert(forward);
  const inWork = point && forward ? mapPoint(forward, point) : null;
  // A point of the one picture may have no counterpart in the other.
  const shown = (p: Point | null) => (p?.every((at) => at >= 0 && at <= 1) ? p : null);
  return (
    <div className="stack">
      {overlay && forward ? (
        <OverlayPicture queryPath={props.queryPath} workPath={props.workPath} transform={forward} />
      ) : (
        <div className="pair">
          <OutlinedPicture
            path={props.queryPath}
            alt={`Checked file ${props.queryName}`}
            outline={outlines.query}
            cross={shown(point)}
            onPoint={forward ? setPoint : () => undefined}
          >
            <b>Checked file</b> {props.queryName}
          </OutlinedPicture>
          <OutlinedPicture
            path={props.workPath}
            alt={`Registered work ${props.workTitle}`}
            outline={outlines.work}
            cross={shown(inWork)}
            onPoint={(p) => setPoint(p && back ? mapPoint(back, p) : null)}
          >
            <b>Registered work</b> <a href={to('works', match.workId)}>{props.workTitle}</a>
          </OutlinedPicture>
        </div>
      )}
      <div className="row small">
        {forward && (
          <Button
            size="compact-sm"
            variant="default"
            aria-pressed={overlay}
            onClick={() => setOverlay(!overlay)}
          >
            {overlay ? 'Show side by side' : 'Lay one over the other'}
          </Button>
        )}
        <span className="muted">{describe(match, areaOf(outlines.work))}</span>
      </div>
      <ReasonList reasons={match.reasons} />
    </div>
  );
}

function describe(match: Match, area: number): string {
  const parts = [`The outline covers ${formatShare(Math.min(1, area))} of the work.`];
  if (match.mirrored) parts.push('The copy is mirrored.');
  parts.push(
    match.transform
      ? 'The dot marks the same corner in both.'
      : 'The place is approximate: no common geometry was found.',
  );
  return parts.join(' ');
}
