import { Button } from '@mantine/core';
import { Fragment, type ReactNode, useState } from 'react';
import type { DiffRow, TextDiff } from './text-diff.ts';

interface DiffProps {
  readonly diff: TextDiff;
  readonly workHead: ReactNode;
  /** What stands around the passage in the checked file. */
  readonly before: string;
  readonly after: string;
}

/** Two columns whose rows keep to the same place: on the left what was added is marked, on the right what was left out. */
export function DiffColumns(props: DiffProps) {
  return (
    <table className="diff">
      <thead>
        <tr>
          <th scope="col">The checked file</th>
          <th scope="col">{props.workHead}</th>
        </tr>
      </thead>
      <tbody>
        {props.before !== '' && <Around text={props.before} />}
        {props.diff.rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of one comparison; they never move.
          <Foldable key={i} row={row} columns={2}>
            <tr>
              <td>
                <Parts row={row} of="query" />
              </td>
              <td>
                <Parts row={row} of="work" />
              </td>
            </tr>
          </Foldable>
        ))}
        {props.after !== '' && <Around text={props.after} />}
      </tbody>
    </table>
  );
}

/** One text below the other, each under its name: there what was added is marked, here what was left out. */
export function DiffBlocks({ diff, before, after, workHead }: DiffProps) {
  return (
    <>
      <Block head="The checked file" diff={diff} of="query" before={before} after={after} />
      <Block head={workHead} diff={diff} of="work" before="" after="" />
    </>
  );
}

function Block(props: Omit<DiffProps, 'workHead'> & { head: ReactNode; of: 'query' | 'work' }) {
  const { head, diff, of, before, after } = props;
  return (
    <table className="diff">
      <thead>
        <tr>
          <th scope="col">{head}</th>
        </tr>
      </thead>
      <tbody>
        {before !== '' && <Around text={before} />}
        {diff.rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of one comparison; they never move.
          <Foldable key={i} row={row} columns={1}>
            <tr>
              <td>
                <Parts row={row} of={of} />
              </td>
            </tr>
          </Foldable>
        ))}
        {after !== '' && <Around text={after} />}
      </tbody>
    </table>
  );
}

function Around({ text }: { text: string }) {
  return (
    <tr>
      <td className="around">{text}</td>
    </tr>
  );
}

/** A row, or, where long equal text was left out, the way to see it. */
function Foldable(props: { row: DiffRow; columns: number; children: ReactNode }) {
  const [open, setOpen] = useState(false);
  const { folded } = props.row;
  if (folded === 0 || open) return props.children;
  return (
    <tr>
      <td colSpan={props.columns} className="fold">
        <Button size="compact-sm" variant="subtle" onClick={() => setOpen(true)}>
          Show {folded.toLocaleString('en-GB')} characters that are the same
        </Button>
      </td>
    </tr>
  );
}

/** A row as one of the texts writes it, with what it has alone marked. */
function Parts({ row, of }: { row: DiffRow; of: 'query' | 'work' }) {
  return row.parts.map((part, i) => {
    if (part[of] === '') return null;
    const Mark = part.side === 'both' ? Fragment : of === 'query' ? 'ins' : 'del';
    // The space between two rows stands for the lines between two paragraphs.
    const shown = i === row.parts.length - 1 ? part[of].trimEnd() : part[of];
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one row; they never move.
    return <Mark key={i}>{shown}</Mark>;
  });
}
