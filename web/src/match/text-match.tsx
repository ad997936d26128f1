import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useCallback, useMemo, useState } from 'react';
import type { MatchSegment } from '../../../server/domain/match.ts';
import { getJson } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { to } from '../router.ts';
import type { MatchViewProps } from './match-view-props.ts';
import { StretchList } from './stretch-list.tsx';
import { StretchMap } from './stretch-map.tsx';
import { diffTexts } from './text-diff.ts';
import { DiffColumns, DiffInOne } from './text-diff-view.tsx';

/** One side's words: less than the stretch where the service cut it. */
interface Excerpt {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** `GET /v1/checks/:id/matches/:index/excerpts`, one for each segment, the first twenty. */
interface ExcerptPair {
  readonly before: string;
  readonly query: Excerpt;
  readonly after: string;
  readonly work: Excerpt;
}

/** A copied text: where the passages lie, and each against its original, word by word. */
export function TextMatch({ match, query, work, path }: MatchViewProps) {
  const [selected, setSelected] = useState(0);
  const { segments } = match;
  const segment = segments[selected];
  if (segment === undefined) return <p className="muted">The service names no copied passage.</p>;
  const excluded = match.reasons.filter((reason) => reason.kind === 'excluded');
  return (
    <>
      <StretchMap
        segments={segments}
        selected={selected}
        onSelect={setSelected}
        queryLength={lengthOf(segments, 'query')}
        workLength={lengthOf(segments, 'work')}
        queryLabel={`Checked file, ${query.name}`}
        workLabel={`Registered work, ${work.name}`}
      />
      <StretchList segments={segments} selected={selected} onSelect={setSelected} />
      {path === null ? (
        <p className="muted">The words are shown with a check of this file.</p>
      ) : (
        <Passages key={path} path={path} index={selected} segment={segment} workId={match.workId} />
      )}
      {excluded.length > 0 && (
        <p className="plain-box">
          Quoted passages and licence texts were found too, and do not count against the file: see “Not
          counted” below.
        </p>
      )}
    </>
  );
}

/** The whole texts' lengths are not told: the last passage's end stands for them. */
function lengthOf(segments: readonly MatchSegment[], side: 'query' | 'work'): number {
  return Math.max(
    ...segments.map((segment) => (segment[side].kind === 'characters' ? segment[side].end : 0)),
  );
}

function Passages(props: { path: string; index: number; segment: MatchSegment; workId: string }) {
  const { path, index } = props;
  const load = useCallback(
    async (signal: AbortSignal) => getJson<{ items: readonly ExcerptPair[] }>(`${path}/excerpts`, signal),
    [path],
  );
  const resource = useResource(load);
  if (resource.value === null) return <Pending of={resource} />;
  const pair = resource.value.items[index];
  if (pair === undefined)
    return (
      <p className="muted">
        The service shows the words of the first {resource.value.items.length} passages only.
      </p>
    );
  return <Passage pair={pair} segment={props.segment} workId={props.workId} />;
}

function Passage({ pair, segment, workId }: { pair: ExcerptPair; segment: MatchSegment; workId: string }) {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const [inOne, setInOne] = useState<boolean | null>(null);
  const cut = isCut(segment.query, pair.query) || isCut(segment.work, pair.work);
  const diff = useMemo(() => diffTexts(pair.query.text, pair.work.text, cut), [pair, cut]);
  // Two columns of a phone's width cannot be read side by side.
  const single = inOne ?? narrow;
  return (
    <div className="stack passage">
      <div className="row small">
        <Button size="compact-sm" variant="default" aria-pressed={single} onClick={() => setInOne(!single)}>
          {single ? 'Show side by side' : 'Show as one text'}
        </Button>
        <span className="muted">{describe(diff)}</span>
      </div>
      {single ? (
        <DiffInOne diff={diff} before={pair.before} after={pair.after} />
      ) : (
        <DiffColumns
          diff={diff}
          before={pair.before}
          after={pair.after}
          workHead={<a href={to('works', workId)}>The registered work</a>}
        />
      )}
      {cut && (
        <p className="muted small">
          Only the beginning of the passage is shown: checking is no way to read a registered work.
        </p>
      )}
    </div>
  );
}

function isCut(stretch: MatchSegment['query'], excerpt: Excerpt): boolean {
  return stretch.kind === 'characters' && excerpt.end < stretch.end;
}

function describe(diff: ReturnType<typeof diffTexts>): string {
  if (diff.queryOnly === 0 && diff.workOnly === 0) return 'Word for word the same.';
  const [left, right] = [diff.workOnly, diff.queryOnly].map((n) => n.toLocaleString('en-GB'));
  const counts = `${left} characters of the work are left out or replaced, ${right} are new in the checked file.`;
  return diff.isCoarse ? `${counts} Too much differs to compare word by word.` : counts;
}
