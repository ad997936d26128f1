import { Button } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { type ReactNode, useCallback, useMemo, useState } from 'react';
import type { MatchSegment } from '../../../server/domain/match.ts';
import { getJson } from '../api/client.ts';
import { useResource } from '../api/use-resource.ts';
import { Pending } from '../parts/nothing-yet.tsx';
import { to } from '../router.ts';
import { BarLabel } from './bar-label.tsx';
import type { MatchViewProps } from './match-view-props.ts';
import { StretchList } from './stretch-list.tsx';
import { StretchMap } from './stretch-map.tsx';
import { diffTexts } from './text-diff.ts';
import { DiffBlocks, DiffColumns } from './text-diff-view.tsx';

/** One side's words: less than the stretch where the service cut it. */
interface Excerpt {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

interface ExcerptPair {
  readonly before: string;
  readonly query: Excerpt;
  readonly after: string;
  readonly work: Excerpt;
}

/** `GET /v1/checks/:id/matches/:index/excerpts`: the first twenty segments, and the lengths of the whole texts. */
interface Excerpts {
  readonly items: readonly ExcerptPair[];
  readonly characters: { readonly query: number; readonly work: number };
}

/** A copied text: where the passages lie, and each against its original, word by word. */
export function TextMatch(props: MatchViewProps) {
  return props.path === null ? (
    <Stretches {...props} excerpts={null}>
      <p className="muted">The words are shown with a check of this file.</p>
    </Stretches>
  ) : (
    <WithExcerpts key={props.path} {...props} path={props.path} />
  );
}

function WithExcerpts(props: MatchViewProps & { path: string }) {
  const { path } = props;
  const load = useCallback(
    async (signal: AbortSignal) => getJson<Excerpts>(`${path}/excerpts`, signal),
    [path],
  );
  const resource = useResource(load);
  return (
    <Stretches {...props} excerpts={resource.value}>
      <Pending of={resource} />
    </Stretches>
  );
}

/** `children` stand for the words while there are none. */
function Stretches(props: MatchViewProps & { excerpts: Excerpts | null; children: ReactNode }) {
  const { match, query, work, excerpts } = props;
  const [selected, setSelected] = useState(0);
  const { segments } = match;
  const segment = segments[selected];
  if (segment === undefined) return <p className="muted">The service names no copied passage.</p>;
  const excluded = match.reasons.filter((reason) => reason.kind === 'excluded');
  return (
    <>
      {/* Without the lengths of the whole texts a bar would be a guess: the list below has the numbers. */}
      {excerpts !== null && (
        <StretchMap
          segments={segments}
          selected={selected}
          onSelect={setSelected}
          queryLength={excerpts.characters.query}
          workLength={excerpts.characters.work}
          queryLabel={
            <BarLabel name={`Checked file, ${query.name}`} total={total(excerpts.characters.query)} />
          }
          workLabel={
            <BarLabel name={`Registered work, ${work.name}`} total={total(excerpts.characters.work)} />
          }
        />
      )}
      <StretchList segments={segments} selected={selected} onSelect={setSelected} />
      {excerpts === null ? (
        props.children
      ) : (
        <Words items={excerpts.items} index={selected} segment={segment} workId={match.workId} />
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

function total(characters: number): string {
  return `${characters.toLocaleString('en-GB')} characters`;
}

function Words(props: {
  items: readonly ExcerptPair[];
  index: number;
  segment: MatchSegment;
  workId: string;
}) {
  const pair = props.items[props.index];
  if (pair === undefined)
    return (
      <p className="muted">The service shows the words of the first {props.items.length} passages only.</p>
    );
  return <Passage pair={pair} segment={props.segment} workId={props.workId} />;
}

function Passage({ pair, segment, workId }: { pair: ExcerptPair; segment: MatchSegment; workId: string }) {
  const narrow = useMediaQuery('(max-width: 760px)') ?? false;
  const [below, setBelow] = useState<boolean | null>(null);
  const cut = isCut(segment.query, pair.query) || isCut(segment.work, pair.work);
  const diff = useMemo(() => diffTexts(pair.query.text, pair.work.text, cut), [pair, cut]);
  // Two columns of a phone's width cannot be read side by side.
  const isBelow = below ?? narrow;
  const workHead = <a href={to('works', workId)}>The registered work</a>;
  const View = isBelow ? DiffBlocks : DiffColumns;
  return (
    <div className="stack passage">
      <div className="row small">
        <Button size="compact-sm" variant="default" aria-pressed={isBelow} onClick={() => setBelow(!isBelow)}>
          {isBelow ? 'Show side by side' : 'Show one below the other'}
        </Button>
        <span className="muted">{describe(diff)}</span>
      </div>
      <View diff={diff} before={pair.before} after={pair.after} workHead={workHead} />
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
  if (diff.queryOnly === 0 && diff.workOnly === 0)
    return diff.isVerbatim
      ? 'Word for word the same.'
      : 'The same words; only case, punctuation, accents or look-alike letters differ.';
  const [left, right] = [diff.workOnly, diff.queryOnly].map((n) => n.toLocaleString('en-GB'));
  const counts = `${left} characters of the work are left out or replaced, ${right} are new in the checked file.`;
  return diff.isCoarse ? `${counts} Too much differs to compare word by word.` : counts;
}
