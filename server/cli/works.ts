import { describeFinality, describeState } from '../domain/state-words.ts';
import { describeUnsignedWait } from '../domain/unsigned-wait.ts';
import type { Work } from '../domain/work.ts';
import type { ApiClient } from './api-client.ts';
import { wholeNumber } from './arguments.ts';
import { facts, printable, shortHex, table } from './output.ts';
import { findUnsignedTerms } from './unsigned-terms.ts';

type Client = Pick<ApiClient, 'get'>;
type Page = { readonly items: readonly Work[]; readonly nextCursor: string | null };

/** Works that wait for their signature and are told of one by one. */
const SHOWN = 5;

/** `colophon works ID`. */
export async function showWork(client: Client, id: string, json: boolean): Promise<void> {
  const work = await client.get<Work>(`/v1/works/${encodeURIComponent(id)}`);
  if (json) console.log(JSON.stringify(work));
  else
    console.log(
      [
        facts({
          ...work,
          state: `${describeState(work.state)} (${work.state})`,
          anchor: wordAnchor(work.anchor),
        }),
        ...(await describeWaiting(client, [work])),
      ].join('\n'),
    );
}

/** The words that `verify` has for it, and beside them the value of the API. */
function wordAnchor(anchor: Work['anchor']): object | null {
  if (!anchor) return null;
  const { finalized } = anchor;
  return { ...anchor, finalized: `${describeFinality(finalized)} (${finalized})` };
}

/** `colophon works`: those of one owner where `owner` is given, and none where that is null: who has no key has no works. */
export async function listWorks(
  client: Client,
  limit: string,
  json: boolean,
  owner?: string | null,
): Promise<void> {
  const filter = owner === undefined ? '' : `&owner=${owner}`;
  const path = `/v1/works?limit=${wholeNumber('--limit', limit)}${filter}`;
  const page = owner === null ? { items: [], nextCursor: null } : await client.get<Page>(path);
  if (json) console.log(JSON.stringify(page));
  else if (owner === null)
    console.log('no works of yours yet: the first `npx colophon register` makes your key');
  else if (page.items.length === 0)
    console.log(owner === undefined ? 'no works yet' : `no works of ${owner} yet`);
  else {
    const rows = page.items.map(({ id, state, medium, createdAt, owner: whose, title }) => [
      id,
      describeState(state),
      medium,
      createdAt,
      shortHex(whose),
      printable(title),
    ]);
    const head = ['WORK', 'STATE', 'MEDIUM', 'CREATED', 'OWNER', 'TITLE'];
    const more = page.nextCursor === null ? [] : ['', `the newest ${rows.length}; more with --limit`];
    console.log([table([head, ...rows]), ...more, ...(await describeWaiting(client, page.items))].join('\n'));
  }
}

/** What the owners of those works that wait for a signature have to know; nothing where none waits. */
export async function describeWaiting(
  client: Client,
  works: readonly Work[],
  now = Date.now(),
): Promise<string[]> {
  const waiting = works.filter(({ state }) => state === 'decided');
  if (waiting.length === 0) return [];
  const terms = await findUnsignedTerms(client);
  const tell = (at: number) => new Date(at).toISOString();
  const shown = waiting.slice(0, SHOWN);
  const tellOf = (work: Work) =>
    terms === null ? work.id : `${work.id}  ${describeUnsignedWait(work, terms, now, tell)}`;
  const more = waiting.length - shown.length;
  return [
    '',
    'Not registered yet, for the owner has not signed: `npx colophon register FILE` with the owner’s key signs.',
    ...shown.map(tellOf),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
}
