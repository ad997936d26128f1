import { Button } from '@mantine/core';
import { Fragment, type ReactNode, useState } from 'react';
import type { DiffRow, Run, TextDiff } from './text-diff.ts';

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
                <Runs runs={row.query} as="ins" />
              </td>
              <td>
                <Runs runs={row.work} as="del" />
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
                <Merged row={row} />
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

function Runs({ runs, as: Mark }: { runs: readonly Run[]; as: 'ins' | 'del' }) {
  return runs.map((run, i) =>
    // biome-ignore lint/suspicious/noArrayIndexKey: runs of one row; they never move.
    run.only ? <Mark key={i}>{run.text}</Mark> : <Fragment key={i}>{run.text}</Fragment>,
  );
}

/** Equal runs correspond one to one on both sides; between them, the work's words first. */
function Merged({ row }: { row: DiffRow }) {
  const parts: ReactNode[] = [];
  let at = 0;
  for (const run of row.work) {
    if (run.only) {
      parts.push(<del key={parts.length}>{run.text}</del>);
      continue;
    }
    for (; row.query[at]?.only; at++) parts.push(<ins key={parts.length}>{row.query[at]!.text}</ins>);
    parts.push(<Fragment key={parts.length}>{run.text}</Fragment>);
    at += 1;
  }
  for (const run of row.query.slice(at)) parts.push(<ins key={parts.length}>{run.text}</ins>);
  return parts;
}
