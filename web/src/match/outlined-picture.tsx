import { type PointerEvent, type ReactNode, useId, useState } from 'react';
import { useApiImage } from '../parts/use-api-image.ts';
import { type Point, svgPoints } from './outline.ts';

/**
 * A picture with the copied area outlined: the rest is darkened, the first corner carries a dot, so that turns and
 * mirrorings can be read off. `cross` marks one point; `onPoint` tells where the pointer is.
 */
export function OutlinedPicture(props: {
  path: string;
  alt: string;
  outline: readonly Point[];
  cross: Point | null;
  onPoint: (point: Point | null) => void;
  children: ReactNode;
}) {
  const { url, failed } = useApiImage(props.path);
  const [size, setSize] = useState<readonly [number, number] | null>(null);
  const clip = useId();
  const move = (event: PointerEvent<HTMLElement>) => {
    const area = event.currentTarget.getBoundingClientRect();
    props.onPoint([(event.clientX - area.left) / area.width, (event.clientY - area.top) / area.height]);
  };
  const [width, height] = size ?? [1, 1];
  const points = svgPoints(props.outline, width, height);
  const [first] = props.outline;
  return (
    <figure className="plate">
      <div className="image" style={{ minHeight: size === null ? 160 : 0 }}>
        {failed && <p className="muted small">No preview is kept of this picture.</p>}
        {url !== null && (
          <div
            style={{ maxWidth: `calc(27rem * ${width / height})` }}
            onPointerMove={move}
            onPointerLeave={() => props.onPoint(null)}
          >
            <img
              src={url}
              alt={props.alt}
              onLoad={(event) =>
                setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])
              }
            />
            {size !== null && (
              <svg
                className="outline"
                viewBox={`0 0 ${width} ${height}`}
                preserveAspectRatio="none"
                aria-hidden="true"
                data-points={points}
              >
                <clipPath id={clip}>
                  <path d={`M0 0H${width}V${height}H0z`} />
                </clipPath>
                <g clipPath={`url(#${clip})`}>
                  <path className="shade" d={`M0 0H${width}V${height}H0zM${points.replaceAll(' ', 'L')}z`} />
                </g>
                <polygon className="halo" points={points} />
                <polygon className="edge" points={points} />
                {first && (
                  <circle
                    className="dot"
                    cx={first[0] * width}
                    cy={first[1] * height}
                    r={Math.max(width, height) / 70}
                  />
                )}
                {props.cross && (
                  <path
                    className="cross"
                    d={`M${props.cross[0] * width} 0V${height}M0 ${props.cross[1] * height}H${width}`}
                  />
                )}
              </svg>
            )}
          </div>
        )}
      </div>
      <figcaption>{props.children}</figcaption>
    </figure>
  );
}
