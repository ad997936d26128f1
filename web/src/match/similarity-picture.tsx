import { useComputedColorScheme } from '@mantine/core';
import { useEffect, useRef } from 'react';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import type { TimedSegment } from './clock.ts';
import type { Similarity } from './similarity.ts';

const SOURCES = {
  fingerprints: 'As the model sees both files: the verdict rests on this.',
  pictures:
    'A rough picture, drawn in this browser from small frames of both files, to look at. The verdict rests on the fingerprints, which see more: there may be no line here where they found a copy.',
  sound:
    'A rough picture, drawn in this browser from the spectra of both files, to look at. The verdict rests on the fingerprints, which hear more: there may be no line here where they found a copy.',
} as const;

/**
 * The similarity matrix as a picture: every moment of the checked file, top to bottom, against every moment of the
 * work, left to right. The stretches that were found lie over it as lines.
 */
export function SimilarityPicture(props: {
  similarity: Similarity;
  segments: readonly TimedSegment[];
  selected: number;
  /** What it was drawn from: the model's fingerprints, by the service; else the files, by this browser. */
  drawnFrom: keyof typeof SOURCES;
  queryLengthMs: number;
  workLengthMs: number;
  at: { readonly query: number; readonly work: number };
}) {
  const { similarity, segments, queryLengthMs, workLengthMs, at } = props;
  const { rows, columns, values } = similarity;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look has another ink.
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (!canvas.current || !pen) return;
    const [r, g, b] = getComputedStyle(canvas.current).color.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
    const image = pen.createImageData(columns, rows);
    values.forEach((value, i) => {
      image.data.set([r!, g!, b!, value], 4 * i);
    });
    pen.putImageData(image, 0, 0);
  }, [similarity, scheme]);
  return (
    <figure className="matrix">
      <div className="field">
        <canvas
          ref={canvas}
          width={columns}
          height={rows}
          role="img"
          aria-label="How alike each moment of the checked file is to each moment of the work"
        />
        <svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
          {segments.map(({ query, work, speed }, i) => {
            const [from, to] = speed < 0 ? [work.endMs, work.startMs] : [work.startMs, work.endMs];
            return (
              <line
                // biome-ignore lint/suspicious/noArrayIndexKey: the list is as the check stored it.
                key={i}
                className="line"
                data-on={i === props.selected}
                x1={from / workLengthMs}
                x2={to / workLengthMs}
                y1={query.startMs / queryLengthMs}
                y2={query.endMs / queryLengthMs}
              />
            );
          })}
          <path className="at" d={`M${at.work} 0V1M0 ${at.query}H1`} />
        </svg>
      </div>
      <figcaption>
        <p>
          Each point sets one moment of the checked file against one of the work; the more ink, the more
          alike. A copied stretch shows as a line: one that leans to the left runs backwards, a flat one plays
          fast. Where both stand still for a while there is a solid block, as all its moments are alike. The
          red lines are the stretches that were found.
        </p>
        <p className="axes">
          <span>Top to bottom: the checked file, {formatClock(queryLengthMs)}</span>
          <span>Left to right: the work, {formatClock(workLengthMs)}</span>
        </p>
        <p>{SOURCES[props.drawnFrom]}</p>
      </figcaption>
    </figure>
  );
}
