import { Button } from '@mantine/core';
import { Fragment, type ReactNode, useState } from 'react';
import type { DiffRow, TextDiff } from './text-diff.ts';

interface DiffProps {
  readonly diff: TextDiff;
  /** What stands around the passage in the checked file. */
  readonly before: string;
  readonly after: string;
}

/** Two columns whose rows keep to the same place: on the left what was added is marked, on the right what was left out. */
export function DiffColumns(props: DiffProps & { workHead: ReactNode }) {
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
                <Parts row={row} hide="work" />
              </td>
              <td>
                <Parts row={row} hide="query" />
              </td>
            </tr>
          </Foldable>
        ))}
        {props.after !== '' && <Around text={props.after} />}
      </tbody>
    </table>
  );
}

/** Both texts in one: left out words struck through, new ones underlined. */
export function DiffInOne({ diff, before, after }: DiffProps) {
  return (
    <table className="diff">
      <tbody>
        {before !== '' && <Around text={before} />}
        {diff.rows.map((row, i) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: rows of one comparison; they never move.
          <Foldable key={i} row={row} columns={1}>
            <tr>
              <td>
                <Parts row={row} />
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

/** A row's text with its changes marked; `hide` leaves out what one side has alone. */
function Parts({ row, hide }: { row: DiffRow; hide?: 'query' | 'work' }) {
  return row.parts.map(({ text, side }, i) => {
    if (side === hide) return null;
    const Mark = side === 'both' ? Fragment : side === 'query' ? 'ins' : 'del';
    // The space between two rows stands for the lines between two paragraphs.
    const shown = i === row.parts.length - 1 ? text.trimEnd() : text;
    // biome-ignore lint/suspicious/noArrayIndexKey: parts of one row; they never move.
    return <Mark key={i}>{shown}</Mark>;
  });
}
