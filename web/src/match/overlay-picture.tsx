import { Slider } from '@mantine/core';
import { useState } from 'react';
import type { AffineTransform } from '../../../server/domain/match.ts';
import { useApiImage } from '../parts/use-api-image.ts';

/** A blink comparator: the query laid over the work by the transform that was found, with a slider between them. */
export function OverlayPicture(props: { queryPath: string; workPath: string; transform: AffineTransform }) {
  const query = useApiImage(props.queryPath);
  const work = useApiImage(props.workPath);
  const [share, setShare] = useState(50);
  const [size, setSize] = useState<readonly [number, number] | null>(null);
  const { a, b, c, d, e, f } = props.transform;
  const [width, height] = size ?? [1, 1];
  return (
    <figure className="plate">
      <div className="image">
        {work.url !== null && (
          <div style={{ maxWidth: `calc(27rem * ${width / height})` }}>
            <img
              src={work.url}
              alt="The registered work with the checked file laid over it"
              onLoad={(event) =>
                setSize([event.currentTarget.naturalWidth, event.currentTarget.naturalHeight])
              }
            />
            {size !== null && query.url !== null && (
              <svg
                className="outline overlay"
                viewBox={`0 0 ${width} ${height}`}
                preserveAspectRatio="none"
                aria-hidden="true"
              >
                <image
                  href={query.url}
                  width="1"
                  height="1"
                  preserveAspectRatio="none"
                  opacity={share / 100}
                  transform={`matrix(${[a * width, d * height, b * width, e * height, c * width, f * height].join(' ')})`}
                />
              </svg>
            )}
          </div>
        )}
      </div>
      <figcaption>
        <Slider
          value={share}
          onChange={setShare}
          label={(value) => `${value} % checked file`}
          thumbLabel="How much of the checked file shows"
          size="sm"
          mb={6}
        />
        Slide from the registered work (left) to the checked file (right). Where they agree, nothing moves.
      </figcaption>
    </figure>
  );
}
