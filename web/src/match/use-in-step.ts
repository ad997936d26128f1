/** One clock for both sides of a copied stretch: whatever can play follows it, at its own speed. */
import { useCallback, useEffect, useRef, useState } from 'react';
import { type TimedSegment, workTime } from './clock.ts';

/** The clock and what moves it. `atMs` is a moment of the query. */
export interface InStep {
  readonly atMs: number;
  readonly isPlaying: boolean;
  seek(ms: number): void;
  /** Pauses, and goes so far on or back: a single frame is to be looked at. */
  step(ms: number): void;
  toggle(): void;
  /** Hands over a side's player, which may come and go. */
  attach(side: 'query' | 'work', player: HTMLMediaElement | null): void;
}

// A player further off than this is put right; less is left alone, for every jump can be heard.
const DRIFT_S = 0.12;
// What browsers play; beyond it the moment is set again and again.
const RATES = [0.25, 4] as const;

/**
 * Keeps two players in step along a stretch. The clock is the computer's, and waits for players that load; at the end
 * of the stretch it begins anew. A copy that runs backwards is shown by setting the work's moment over and over.
 */
export function useInStep(segment: TimedSegment): InStep {
  const players = useRef<{ query: HTMLMediaElement | null; work: HTMLMediaElement | null }>({
    query: null,
    work: null,
  });
  const clock = useRef(segment.query.startMs);
  const [atMs, setAt] = useState(segment.query.startMs);
  const [isPlaying, setPlaying] = useState(false);

  const place = useCallback(
    (force: boolean, playing: boolean) => {
      const targets = [
        ['query', clock.current, 1],
        ['work', workTime(segment, clock.current), segment.speed],
      ] as const;
      for (const [side, ms, rate] of targets) {
        const player = players.current[side];
        if (player !== null) follow(player, ms / 1000, rate, force, playing);
      }
    },
    [segment],
  );
  const seek = useCallback(
    (ms: number) => {
      const { startMs, endMs } = segment.query;
      clock.current = Math.min(endMs, Math.max(startMs, ms));
      setAt(clock.current);
      place(true, false);
    },
    [segment, place],
  );
  const step = useCallback(
    (ms: number) => {
      setPlaying(false);
      seek(clock.current + ms);
    },
    [seek],
  );
  // Another stretch begins at its beginning.
  useEffect(() => {
    setPlaying(false);
    seek(segment.query.startMs);
  }, [segment, seek]);

  useEffect(() => {
    if (!isPlaying) {
      place(true, false);
      return;
    }
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(now) {
      const waits = Object.values(players.current).some(
        (player) => player !== null && player.readyState < 2 && player.error === null,
      );
      if (!waits) clock.current += now - last;
      last = now;
      const again = clock.current >= segment.query.endMs;
      if (again) clock.current = segment.query.startMs;
      place(again, true);
      setAt(clock.current);
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [isPlaying, segment, place]);

  const attach = useCallback(
    (side: 'query' | 'work', player: HTMLMediaElement | null) => {
      players.current[side] = player;
      if (player !== null) place(true, false);
    },
    [place],
  );
  const toggle = useCallback(() => setPlaying((playing) => !playing), []);
  return { atMs, isPlaying, seek, step, toggle, attach };
}

function follow(player: HTMLMediaElement, atS: number, rate: number, force: boolean, playing: boolean): void {
  const runs = playing && rate >= RATES[0] && rate <= RATES[1];
  const off = Math.abs(player.currentTime - atS);
  if (force || off > DRIFT_S * Math.max(1, Math.abs(rate))) {
    if (!player.seeking || force) player.currentTime = atS;
  }
  if (runs) {
    if (player.playbackRate !== rate) player.playbackRate = rate;
    // Refused where the page was not touched yet; the clock goes on, and the picture is set instead.
    if (player.paused) player.play().catch(() => undefined);
  } else if (!player.paused) player.pause();
}
