import { lazy, Suspense } from 'react';
import type { MatchViewProps } from './match-view-props.ts';
import { PictureMatch } from './picture-match.tsx';
import { ReasonList } from './reason-list.tsx';

// Most matches are of pictures: the players and the diff come when they are needed.
const TimedMatch = lazy(() => import('./timed-match.tsx').then((module) => ({ default: module.TimedMatch })));
const TextMatch = lazy(() => import('./text-match.tsx').then((module) => ({ default: module.TextMatch })));

/** One match, side by side, in the way of its medium, with the reasons below. */
export function MatchView(props: MatchViewProps) {
  const { match } = props;
  return (
    <div className="stack">
      <Suspense fallback={<p className="muted">Loading</p>}>
        {match.medium === 'image' && <PictureMatch {...props} />}
        {(match.medium === 'video' || match.medium === 'audio') && <TimedMatch {...props} />}
        {match.medium === 'text' && <TextMatch {...props} />}
      </Suspense>
      <ReasonList reasons={match.reasons} medium={match.medium} />
    </div>
  );
}
