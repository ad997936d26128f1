import { describeState } from '../domain/state-words.ts';
import { describeUnsignedTerms } from '../domain/unsigned-wait.ts';
import type { Lane } from '../domain/work.ts';
import { InputError } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import { wholeNumber } from './arguments.ts';
import { tellLeftOut } from './describe-left-out.ts';
import { describeRefusal } from './describe-refusal.ts';
import { EXIT } from './exit-codes.ts';
import { findFiles } from './find-files.ts';
import { nextCommand } from './next-step.ts';
import { mark, style, table } from './output.ts';
import { openOwnerKey } from './owner-key.ts';
import { type RegisterResult, registerFiles } from './register.ts';
import { findWorks, nameWorks, type SeenWorks, worksNamedIn } from './seen-works.ts';
import type { Settings } from './settings.ts';
import { findUnsignedTerms } from './unsigned-terms.ts';

/** Works that are asked for their titles: each is a request. */
const MOST_NAMED = 30;

/** `colophon register`. Returns the exit code. */
export async function runRegister(
  client: ApiClient,
  settings: Settings,
  patterns: readonly string[],
  options: { lane: Lane; title?: string; wait: string; json: boolean },
): Promise<number> {
  const { files, leftOut } = await findFiles(patterns);
  if (options.title !== undefined && files.length > 1) {
    throw new InputError('invalid_request', `--title names one work, but there are ${files.length} files`);
  }
  const owner = openOwnerKey(settings.folder, process.env['COLOPHON_OWNER_KEY']);
  if (owner.created)
    console.error(`Your works will belong to ${owner.address}; its key is in ${owner.file}: back it up.`);
  const started = performance.now();
  const results = await registerFiles(client, owner, files, {
    lane: options.lane,
    title: options.title ?? null,
    anchorWaitS: wholeNumber('--wait', options.wait),
  });
  const failed = results.filter((result) => !['registered', 'already yours'].includes(result.outcome));
  if (options.json) console.log(JSON.stringify({ owner: owner.address, results }));
  else {
    const shown = results.length > 30 ? failed : results;
    if (shown.length > 0) {
      const works = await findNamedWorks(client, failed);
      console.log(table(shown.map((result) => describeResult(result, works))));
    }
    for (const { file, warnings } of results)
      for (const warning of warnings) console.log(style('yellow', `${file}: ${warning}`));
    if (results.some(({ outcome }) => outcome === 'in review')) {
      const terms = await findUnsignedTerms(client);
      console.log(
        terms === null
          ? 'In review: once it is accepted, run this again to sign it.'
          : `In review: ${describeUnsignedTerms(terms)} Run this again to sign it then.`,
      );
    }
    if (results.some(({ code }) => code === 'already_registered' || code === 'content_held')) {
      console.log(
        `This signs as ${owner.address}. If the other owner is you, with the key of the console: save its backup there, then \`npx colophon owner import FILE\`.`,
      );
    }
    const seconds = (performance.now() - started) / 1000;
    const rate = (results.length / seconds).toFixed(1);
    console.log(
      `${results.length - failed.length} of ${results.length} registered as ${owner.address} in ${seconds.toFixed(1)} s (${rate}/s)`,
    );
    if (failed.length < results.length)
      console.log(
        `Next: \`${nextCommand(settings, 'check FILE')}\` finds whether a file copies a registered work.`,
      );
  }
  tellLeftOut(leftOut);
  return failed.length === 0 ? EXIT.ok : EXIT.false;
}

/** The works that the reasons name, for their titles; those that are not asked for, or not got, are told by their ids. */
async function findNamedWorks(client: ApiClient, failed: readonly RegisterResult[]): Promise<SeenWorks> {
  const ids = new Set(failed.map(describeRefusal).flatMap(worksNamedIn));
  return await findWorks(client, [...ids].slice(0, MOST_NAMED)).catch(() => new Map());
}

/**
 * A row of the answer: the file, what became of it, and its work with its state, or why it was not taken. Such a reason names
 * the work that stands in the way and no other: the id of what was turned away is of no use to anybody.
 */
export function describeResult(result: RegisterResult, works: SeenWorks = new Map()): string[] {
  const { outcome, file, workId, state, detail } = result;
  const isGood = ['registered', 'already yours'].includes(outcome);
  const told =
    isGood || outcome === 'in review'
      ? [workId, state && describeState(state), isGood ? null : detail]
      : [nameWorks(works, describeRefusal(result))];
  return [mark(isGood), file, outcome, told.filter(Boolean).join('  ')];
}
