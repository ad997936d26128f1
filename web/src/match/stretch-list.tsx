import { UnstyledButton } from '@mantine/core';
import { changesOf, placeOf } from '../../../server/domain/describe-segment.ts';
import type { MatchSegment } from '../../../server/domain/match.ts';
import { formatShare, sentence } from '../parts/format.ts';
import { lengthOf } from './describe-stretch.ts';

const TRACKS = { picture: 'Picture', sound: 'Sound', text: 'Wording' } as const;

/** The copied stretches in words; with several, a press on one shows it. */
export function StretchList(props: {
  segments: readonly MatchSegment[];
  selected: number;
  onSelect: (index: number) => void;
}) {
  return (
    <ol className="stretches" aria-label="Copied stretches">
      {props.segments.map((segment, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the list is as the check stored it, and never changes.
        <li key={i}>
          {props.segments.length === 1 ? (
            <div className="stretch-line">
              <Line segment={segment} />
            </div>
          ) : (
            <UnstyledButton
              className="stretch-line"
              aria-pressed={i === props.selected}
              onClick={() => props.onSelect(i)}
            >
              <Line segment={segment} />
            </UnstyledButton>
          )}
        </li>
      ))}
    </ol>
  );
}

function Line({ segment }: { segment: MatchSegment }) {
  const notes = [...changesOf(segment), ...(segment.isExact ? [] : ['the ends are approximate'])];
  return (
    <>
      <span className="what">
        <b>{TRACKS[segment.track]}</b> {lengthOf(segment.query)}, {formatShare(segment.probability)}
      </span>
      <span className="place">
        <span className="muted">Checked file</span> {placeOf(segment.query)}
      </span>
      <span className="place">
        <span className="muted">Work</span> {placeOf(segment.work)}
      </span>
      {notes.length > 0 && <span className="notes">{sentence(notes.join(', '))}</span>}
    </>
  );
}
