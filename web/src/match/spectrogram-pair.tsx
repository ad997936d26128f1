import { useComputedColorScheme } from '@mantine/core';
import { type PointerEvent, useEffect, useMemo, useRef } from 'react';
import { formatClock } from '../../../server/domain/describe-segment.ts';
import { type TimedSegment, workTime } from './clock.ts';
import { spectrogramOf } from './spectrogram.ts';
import { SAMPLE_RATE, type Samples } from './use-samples.ts';

const COLUMNS = 720;
const BANDS = 96;
// What is seen of the sound before and after the stretch: the difference there shows that the ends are right.
const MARGIN = 0.12;

/**
 * The sound of both files as spectrograms on one axis: the same place left to right is the same moment, whatever the
 * copy's speed. The stretch lies between the two lines.
 */
export function SpectrogramPair(props: {
  segment: TimedSegment;
  query: Samples;
  work: Samples;
  atMs: number;
  onSeek: (queryMs: number) => void;
}) {
  const { segment, atMs } = props;
  const { startMs, endMs } = segment.query;
  const margin = (endMs - startMs) * MARGIN;
  const [from, to] = [startMs - margin, endMs + margin];
  const share = (atMs - from) / (to - from);
  const seek = (event: PointerEvent<HTMLElement>) => {
    const area = event.currentTarget.getBoundingClientRect();
    props.onSeek(from + ((event.clientX - area.left) / area.width) * (to - from));
  };
  const rows = [
    ['Checked file', props.query, from, to, segment.query],
    ['Registered work', props.work, workTime(segment, from), workTime(segment, to), segment.work],
  ] as const;
  return (
    <div className="spectrograms">
      {rows.map(([name, sound, start, end, stretch]) => (
        <figure key={name} className="plate">
          <figcaption>
            <b>{name}</b>{' '}
            {formatClock(segment.speed < 0 && stretch === segment.work ? stretch.endMs : stretch.startMs)} to{' '}
            {formatClock(segment.speed < 0 && stretch === segment.work ? stretch.startMs : stretch.endMs)}
          </figcaption>
          {/* The slider above does the same for the keyboard. */}
          <div className="spectrogram" onPointerDown={seek}>
            {sound.samples === null ? (
              <p className="muted small">{sound.failed ?? 'Open the file above to see its sound.'}</p>
            ) : (
              <Drawn name={name} samples={sound.samples} startMs={start} endMs={end} />
            )}
            <i className="outside" style={{ left: 0, width: `${shareOf(startMs, from, to)}%` }} />
            <i className="outside" style={{ right: 0, width: `${100 - shareOf(endMs, from, to)}%` }} />
            <i className="edge" style={{ left: `${shareOf(startMs, from, to)}%` }} />
            <i className="edge" style={{ left: `${shareOf(endMs, from, to)}%` }} />
            <i className="at" style={{ left: `${share * 100}%` }} />
          </div>
        </figure>
      ))}
    </div>
  );
}

function shareOf(ms: number, from: number, to: number): number {
  return (100 * (ms - from)) / (to - from);
}

function Drawn(props: { name: string; samples: Float32Array; startMs: number; endMs: number }) {
  const { samples, startMs, endMs } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const scheme = useComputedColorScheme('light');
  const drawn = useMemo(
    () => spectrogramOf(samples, SAMPLE_RATE, { startMs, endMs, columns: COLUMNS, bands: BANDS }),
    [samples, startMs, endMs],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another look has another ink.
  useEffect(() => {
    const pen = canvas.current?.getContext('2d');
    if (!canvas.current || !pen) return;
    const [r, g, b] = getComputedStyle(canvas.current).color.match(/\d+/g)?.map(Number) ?? [0, 0, 0];
    const image = pen.createImageData(COLUMNS, BANDS);
    drawn.values.forEach((value, i) => {
      const row = BANDS - 1 - Math.floor(i / COLUMNS);
      image.data.set([r!, g!, b!, value], 4 * (row * COLUMNS + (i % COLUMNS)));
    });
    pen.putImageData(image, 0, 0);
  }, [drawn, scheme]);
  return (
    <canvas
      ref={canvas}
      width={COLUMNS}
      height={BANDS}
      role="img"
      aria-label={`Spectrogram of the ${props.name.toLowerCase()}`}
    />
  );
}
