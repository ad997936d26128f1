import { Button, FileButton } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import { ProblemCard } from '../parts/problem-card.tsx';
import type { InStep } from './use-in-step.ts';
import type { LocalMedia } from './use-local-media.ts';

/** One of the two players: the file itself where the user has it, else a still, and the offer to open the file. */
export function Player(props: {
  side: 'query' | 'work';
  isVideo: boolean;
  media: LocalMedia;
  steps: InStep;
  muted: boolean;
  /** Shown where the file is not here: a frame from the service. */
  still: string | null;
  label: string;
  children: ReactNode;
}) {
  const { side, media, steps, isVideo } = props;
  const { attach } = steps;
  const [unplayable, setUnplayable] = useState(false);
  const [problem, setProblem] = useState<unknown>(null);
  const hold = useCallback((player: HTMLMediaElement | null) => attach(side, player), [attach, side]);
  const open = async (file: File | null) => {
    if (file === null) return;
    setProblem(null);
    setUnplayable(false);
    try {
      await media.offer(file);
    } catch (error) {
      setProblem(error);
    }
  };
  const Tag = isVideo ? 'video' : 'audio';
  const plays = media.url !== null && !unplayable;
  return (
    <figure className="plate">
      {isVideo && (
        <div className="image screen">
          {plays ? null : props.still !== null ? (
            <img src={props.still} alt={`A frame of ${props.label}`} />
          ) : (
            <p className="muted small">Open the file to see it here.</p>
          )}
          {plays && (
            // Steered by the controls below, for both sides at once.
            <Tag
              ref={hold}
              src={media.url!}
              muted={props.muted}
              playsInline
              preload="auto"
              tabIndex={-1}
              aria-label={props.label}
              onError={() => setUnplayable(true)}
            />
          )}
        </div>
      )}
      {!isVideo && plays && (
        <audio
          ref={hold}
          src={media.url!}
          muted={props.muted}
          preload="auto"
          onError={() => setUnplayable(true)}
        />
      )}
      <figcaption>{props.children}</figcaption>
      {!plays && (
        <div className="row small no-print">
          <FileButton onChange={open}>
            {(button) => (
              <Button
                {...button}
                size="compact-sm"
                variant="default"
                aria-label={`Open ${props.label} to play it`}
              >
                Open the file to play it
              </Button>
            )}
          </FileButton>
          <span className="muted">
            {unplayable ? 'This browser cannot play its format.' : 'It stays in this browser.'}
          </span>
        </div>
      )}
      {problem !== null && <ProblemCard problem={problem} />}
    </figure>
  );
}
