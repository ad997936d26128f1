import type { ReactNode } from 'react';
import type { MatchSegment, Stretch } from '../../../server/domain/match.ts';
import { describeStretches } from './describe-stretch.ts';

const WIDTH = 1000;
const BAR = 16;
const GAP = 44;
// A stretch of a second in a film of two hours must still be seen.
const MIN_BLOCK = 4;

/**
 * Both files as bars, one above the other, with the copied stretches on them and ribbons between: which part came from
 * where. A copy that runs backwards has a twisted ribbon. `at` marks the moment that is shown, in fractions of each.
 */
export function StretchMap(props: {
  segments: readonly MatchSegment[];
  selected: number;
  queryLength: number;
  workLength: number;
  queryLabel: ReactNode;
  workLabel: ReactNode;
  at?: { readonly query: number; readonly work: number } | null;
  onSelect: (index: number) => void;
}) {
  const { segments, selected, at } = props;
  const order = segments.map((_, i) => i).sort((a, b) => Number(a === selected) - Number(b === selected));
  return (
    <figure className="stretch-map">
      <figcaption>{props.queryLabel}</figcaption>
      <svg
        viewBox={`0 0 ${WIDTH} ${2 * BAR + GAP}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={describeStretches({ segments }).join('; ')}
      >
        <path className="bar" d={`M0 0H${WIDTH}V${BAR}H0z`} />
        <path className="bar" d={`M0 ${BAR + GAP}H${WIDTH}V${2 * BAR + GAP}H0z`} />
        {order.map((i) => {
          const segment = segments[i]!;
          const [a, b] = span(segment.query, props.queryLength);
          const [c, d] = span(segment.work, props.workLength);
          const [left, right] = segment.speed < 0 ? [d, c] : [c, d];
          return (
            // The list below does the same for the keyboard.
            // biome-ignore lint/a11y/noStaticElementInteractions: a picture; its control is the list.
            <g key={i} data-on={i === selected} className="stretch" onClick={() => props.onSelect(i)}>
              <path
                className="ribbon"
                d={`M${a} ${BAR}L${b} ${BAR}L${right} ${BAR + GAP}L${left} ${BAR + GAP}z`}
              />
              <path className="block" d={`M${a} 0H${b}V${BAR}H${a}z`} />
              <path className="block" d={`M${c} ${BAR + GAP}H${d}V${2 * BAR + GAP}H${c}z`} />
            </g>
          );
        })}
        {at && (
          <path className="at" d={`M${at.query * WIDTH} 0v${BAR}L${at.work * WIDTH} ${BAR + GAP}v${BAR}`} />
        )}
      </svg>
      <figcaption>{props.workLabel}</figcaption>
    </figure>
  );
}

function span(stretch: Stretch, length: number): [number, number] {
  const [from, to] =
    stretch.kind === 'time'
      ? [stretch.startMs, stretch.endMs]
      : stretch.kind === 'characters'
        ? [stretch.start, stretch.end]
        : [0, length];
  const scale = WIDTH / Math.max(length, 1);
  const start = Math.min(from * scale, WIDTH - MIN_BLOCK);
  return [start, Math.max(start + MIN_BLOCK, Math.min(WIDTH, to * scale))];
}
