import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Match } from '../../../server/domain/match.ts';
import { type ProblemCode, problemEntry } from '../../../server/errors.ts';
import type { ApiAnswer, ApiClient } from '../../helpers/api-client.ts';
import { footprint } from '../../helpers/footprint.ts';
import type { TestApp } from '../../helpers/start-app.ts';

/** What the service found out about a file that it took. */
export interface Facts {
  readonly medium: 'image' | 'video' | 'audio' | 'text';
  readonly mediaType: string;
  readonly durationMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
}

/** A file and the answer to it: `taken` with these facts, or refused with a `problem`. */
export interface Row {
  readonly what: string;
  readonly name: string;
  readonly make: () => Uint8Array | Promise<Uint8Array>;
  /** What is checked, where that is not the very file: the same work, as somebody would pass it on. */
  readonly copy?: () => Uint8Array | Promise<Uint8Array>;
  readonly taken?: Facts;
  readonly problem?: ProblemCode;
  readonly reason?: string;
  readonly detail?: RegExp;
}

/** The service that the rows are sent to. */
export interface Doors {
  readonly service: TestApp;
  readonly creator: ApiClient;
  /** What the rows made: before any connection is open, since drawing holds up the loop for longer than a server keeps one. */
  readonly files: ReadonlyMap<Row, Uint8Array>;
  readonly copies: ReadonlyMap<Row, Uint8Array>;
  /** Address of the owner of all that is registered: near-copies of one's own are allowed. */
  readonly owner: string;
}

const WAIT = { prefer: 'wait=100' };

/** One test for every row: registered and checked, or refused at both doors with nothing left behind. */
export function sendRows(rows: readonly Row[], doors: () => Doors): void {
  for (const row of rows) {
    if (row.taken) test(`taken: ${row.what}`, () => expectTaken(row, row.taken!, doors()));
    else test(`refused: ${row.what}: ${row.problem}`, () => expectRefused(row, doors()));
  }
}

async function expectTaken(row: Row, facts: Facts, { creator, owner, files, copies }: Doors): Promise<void> {
  const file = { bytes: files.get(row)!, name: row.name };
  const registered = await creator.register(file, owner, WAIT);
  assert.ok(registered.body['work'], JSON.stringify(registered.body));
  const isDone = ({ state }: { state?: string }) => !['received', 'fingerprinted'].includes(String(state));
  const work = await creator.until(`/v1/works/${registered.body['work'].id}`, isDone);
  assert.equal(work['state'], 'decided', JSON.stringify(work));
  const { medium, mediaType, durationMs, width, height } = work as unknown as Facts;
  assert.deepEqual({ medium, mediaType, durationMs, width, height }, facts);
  const copy = copies.get(row);
  const checked = copy ? { bytes: copy, name: 'copy' } : file;
  const sent = await creator.send('/v1/checks', {}, checked, WAIT);
  assert.ok(sent.body['check'], JSON.stringify(sent.body));
  const check = await creator.until(`/v1/checks/${sent.body['check'].id}`, isDone);
  assert.deepEqual([check['state'], check['medium']], ['decided', medium], JSON.stringify(check));
  // Two of the texts say the same.
  const matches: readonly Match[] = check['verdict'].matches;
  const match = matches.find(({ workId }) => workId === work['id']);
  const ofBytes = /byte for byte/.test(match?.reasons[0]?.detail ?? '');
  assert.equal(ofBytes, copy === undefined, JSON.stringify(check['verdict']));
  assert.notEqual(check['verdict'].outcome, 'distinct', JSON.stringify(check['verdict']));
  assert.ok(match!.probability >= 0.5, JSON.stringify(match));
}

async function expectRefused(row: Row, { service, creator, owner, files }: Doors): Promise<void> {
  const file = { bytes: files.get(row)!, name: row.name };
  const calls: readonly (() => Promise<ApiAnswer>)[] = [
    () => creator.register(file, owner, WAIT),
    () => creator.send('/v1/checks', {}, file, WAIT),
  ];
  for (const call of calls) {
    const earlier = await footprint(service);
    const { status, body } = await call();
    assert.deepEqual(
      [body['code'], status, body['reason']],
      [row.problem, problemEntry(row.problem!).status, row.reason],
      JSON.stringify(body),
    );
    assert.match(body['detail'], row.detail ?? /./);
    assert.deepEqual(await footprint(service), earlier, 'something was left behind');
  }
}
