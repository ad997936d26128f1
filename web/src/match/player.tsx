import { Button, FileButton } from '@mantine/core';
import { type ReactNode, useCallback, useState } from 'react';
import type { Box } from '../../../server/domain/media.ts';
import { formatBytes } from '../parts/format.ts';
import { ProblemCard } from '../parts/problem-card.tsx';
import type { Side } from './side.ts';
import type { InStep } from './use-in-step.ts';
import type { LocalMedia } from './use-local-media.ts';

interface PlayerProps {
  readonly which: 'query' | 'work';
  readonly side: Side;
  readonly isVideo: boolean;
  readonly media: LocalMedia;
  readonly steps: InStep;
  readonly muted: boolean;
  /** Shown where the file is not here: the frame nearest to the moment. */
  readonly still: string | null;
  /** The copied part of the picture; null for all of it. */
  readonly box: Box | null;
  readonly children: ReactNode;
}

/** One of the two players: the file itself where it can be had, else a still, and the offer to open the file. */
export function Player(props: PlayerProps) {
  const { which, side, media, steps, isVideo } = props;
  const { attach } = steps;
  const [unplayable, setUnplayable] = useState(false);
  const hold = useCallback((player: HTMLMediaElement | null) => attach(which, player), [attach, which]);
  const label = which === 'query' ? 'the checked file' : 'the registered work';
  const plays = media.url !== null && !unplayable;
  const [shape, setShape] = useState(16 / 9);
  return (
    <figure className="plate">
      {isVideo && (
        <Screen
          box={props.box}
          still={plays ? null : props.still}
          label={label}
          shape={shape}
          onShape={setShape}
        >
          {plays && (
            // Steered by the controls below, for both sides at once.
            <video
              ref={hold}
              src={media.url!}
              muted={props.muted}
              playsInline
              preload="auto"
              tabIndex={-1}
              aria-label={label}
              onError={() => setUnplayable(true)}
              onLoadedMetadata={({ currentTarget: { videoWidth, videoHeight } }) =>
                setShape(videoWidth / videoHeight)
              }
            />
          )}
        </Screen>
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
      {!plays && <Offer side={side} label={label} media={media} unplayable={unplayable} />}
    </figure>
  );
}

/** The picture in its own shape, with the copied part outlined where that is not all of it. */
function Screen(props: {
  box: Box | null;
  still: string | null;
  label: string;
  /** Width by height. */
  shape: number;
  onShape: (shape: number) => void;
  children: ReactNode;
}) {
  const { box, still, children } = props;
  return (
    <div className="image screen">
      {still === null && !children ? (
        <p className="muted small">Open the file to see it here.</p>
      ) : (
        <div style={{ maxWidth: `calc(26rem * ${props.shape})` }}>
          {still !== null && (
            <img
              src={still}
              alt={`A frame of ${props.label}`}
              onLoad={({ currentTarget: { naturalWidth, naturalHeight } }) =>
                props.onShape(naturalWidth / naturalHeight)
              }
            />
          )}
          {children}
          {box !== null && (
            <svg className="outline" viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">
              <rect className="halo" {...box} />
              <rect className="edge" {...box} />
            </svg>
          )}
        </div>
      )}
    </div>
  );
}

function Offer(props: { side: Side; label: string; media: LocalMedia; unplayable: boolean }) {
  const { side, label, media, unplayable } = props;
  const [problem, setProblem] = useState<unknown>(null);
  const open = async (file: File | null) => {
    if (file === null) return;
    setProblem(null);
    try {
      await media.offer(file);
    } catch (error) {
      setProblem(error);
    }
  };
  if (unplayable)
    return <p className="muted small">This browser cannot play its format: single frames are shown.</p>;
  if (media.fetching === 'running') return <p className="muted small">Fetching the file</p>;
  return (
    <>
      <div className="row small no-print">
        {media.fetching === 'idle' && side.sizeBytes !== null && (
          <Button size="compact-sm" variant="default" onClick={media.fetchFile}>
            Fetch {formatBytes(side.sizeBytes)} to play it
          </Button>
        )}
        <FileButton onChange={open}>
          {(button) => (
            <Button {...button} size="compact-sm" variant="default" aria-label={`Open ${label} to play it`}>
              Open your file to play it
            </Button>
          )}
        </FileButton>
        {media.fetching === 'refused' && (
          <span className="muted">The service keeps its bytes to whoever sent them.</span>
        )}
      </div>
      {problem !== null && <ProblemCard problem={problem} />}
    </>
  );
}
