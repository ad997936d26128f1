import { Button } from '@mantine/core';
import { useState } from 'react';
import type { Match } from '../../../server/domain/match.ts';
import { formatShare } from '../parts/format.ts';
import { to } from '../router.ts';
import { areaOf, invert, mapPoint, matchOutlines, type Point } from './outline.ts';
import { OutlinedPicture } from './outlined-picture.tsx';
import { OverlayPicture } from './overlay-picture.tsx';
import type { Side } from './side.ts';

/** Two pictures side by side, with the copied area outlined in both. */
export function PictureMatch(props: { match: Match; query: Side; work: Side }) {
  const { match, query, work } = props;
  const [queryPath, workPath] = [query, work].map((side) => `${side.kind}/${side.id}/preview`) as [
    string,
    string,
  ];
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
        <OverlayPicture queryPath={queryPath} workPath={workPath} transform={forward} />
      ) : (
        <div className="pair">
          <OutlinedPicture
            path={queryPath}
            alt={`Checked file ${query.name}`}
            outline={outlines.query}
            cross={shown(point)}
            onPoint={forward ? setPoint : () => undefined}
          >
            <b>Checked file</b> {query.name}
          </OutlinedPicture>
          <OutlinedPicture
            path={workPath}
            alt={`Registered work ${work.name}`}
            outline={outlines.work}
            cross={shown(inWork)}
            onPoint={(p) => setPoint(p && back ? mapPoint(back, p) : null)}
          >
            <b>Registered work</b> <a href={to('works', match.workId)}>{work.name}</a>
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
