import type { Evidence } from '../domain/evidence.ts';
import { describeState } from '../domain/state-words.ts';
import type { ApiClient } from './api-client.ts';
import { wholeNumber } from './arguments.ts';
import { checkFiles } from './check.ts';
import { tellLeftOut } from './describe-left-out.ts';
import { describeRefusal, refusalOf } from './describe-refusal.ts';
import { examine } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import { findFiles } from './find-files.ts';
import { style, table } from './output.ts';
import { findWorks, nameWorks, worksOfCheck } from './seen-works.ts';
import type { Settings } from './settings.ts';
import { describeEvidence } from './show-evidence.ts';
import { showMatch } from './show-match.ts';

/** `colophon check`. Returns the exit code. */
export async function runCheck(
  client: ApiClient,
  patterns: readonly string[],
  options: { json: boolean; exitCode: boolean },
): Promise<number> {
  const { files, leftOut } = await findFiles(patterns);
  const results = await checkFiles(client, files);
  if (options.json) console.log(JSON.stringify({ results }));
  else {
    for (const { file, check, problem } of results) {
      if (problem !== null || check === null || check.verdict === null) {
        const told = problem ?? { code: 'pending', detail: 'no answer in time' };
        console.log(`${style(['bold', 'yellow'], refusalOf(told.code).padEnd(8))} ${file}`);
        console.log(`  ${describeRefusal(told)}`);
        continue;
      }
      const colour = { copy: 'red', review: 'yellow', distinct: 'green' } as const;
      const { outcome, matches, explanation, warnings = [] } = check.verdict;
      console.log(
        `${style(['bold', colour[outcome]], outcome.padEnd(8))} ${file}  ${style('dim', check.id)}`,
      );
      const works = await findWorks(client, worksOfCheck(check)).catch((error: unknown) => {
        // The answer is worth more than the titles in it.
        console.log(`  ${explanation}`);
        throw error;
      });
      console.log(`  ${nameWorks(works, explanation)}`);
      for (const warning of warnings) console.log(`  ${style('yellow', warning)}`);
      for (const index of matches.keys()) console.log(await showMatch(client, check, index, works));
    }
  }
  tellLeftOut(leftOut);
  const found = results.some((result) => result.check?.verdict?.outcome === 'copy');
  // What was found is certain, whatever became of the other files.
  if (options.exitCode && found) return EXIT.false;
  const isOpen = results.some((result) => result.problem !== null || result.check?.verdict == null);
  return isOpen ? EXIT.incomplete : EXIT.ok;
}

/** `colophon evidence [ID]`. */
export async function runEvidence(client: ApiClient, id: string | undefined, json: boolean): Promise<void> {
  if (id !== undefined) {
    const evidence = await client.get<Evidence>(`/v1/evidence/${encodeURIComponent(id)}`);
    console.log(json ? JSON.stringify(evidence) : await showEvidence(client, evidence));
    return;
  }
  const page = await client.get<{ items: Evidence[] }>('/v1/evidence');
  if (json) console.log(JSON.stringify(page));
  else {
    const rows = page.items.map((item) => [
      item.id,
      describeState(item.state),
      item.createdAt,
      item.workId,
      item.sourceUrl ?? '',
    ]);
    console.log(
      rows.length === 0
        ? 'no evidence yet'
        : table([['EVIDENCE', 'STATE', 'CREATED', 'WORK', 'SOURCE'], ...rows]),
    );
  }
}

/** `colophon evidence file CHECK`. */
export async function runFileEvidence(
  client: ApiClient,
  checkId: string,
  options: Record<string, string>,
  json: boolean,
): Promise<void> {
  const body: Record<string, unknown> = {
    checkId,
    matchIndex: wholeNumber('--match', options['match'] ?? '0'),
  };
  for (const name of ['sourceUrl', 'statement', 'accused'])
    if (options[name] !== undefined) body[name] = options[name];
  const answer = await client.post<{ evidence: Evidence }>('/v1/evidence', body, {
    waitS: 60,
    idempotencyKey: `evidence-${checkId}-${body['matchIndex']}-${Date.now()}`,
  });
  const { evidence } = answer;
  console.log(json ? JSON.stringify(evidence) : await showEvidence(client, evidence));
}

async function showEvidence(client: ApiClient, evidence: Evidence): Promise<string> {
  const works = await findWorks(client, [evidence.workId]).catch((error: unknown) => {
    // It was filed, whatever its work is called.
    console.log(describeEvidence(evidence, undefined));
    throw error;
  });
  return describeEvidence(evidence, works.get(evidence.workId)?.title);
}

/** `colophon doctor`. Returns the exit code. */
export async function runDoctor(client: ApiClient, settings: Settings, json: boolean): Promise<number> {
  const findings = await examine(client, settings, [
    ['onnxruntime-node', () => import('onnxruntime-node')],
    ['sharp', () => import('sharp')],
    ['usearch', () => import('usearch')],
    ['PGlite', () => import('@electric-sql/pglite')],
  ]);
  if (json) console.log(JSON.stringify({ findings }));
  else {
    const colour = { ok: 'green', warn: 'yellow', fail: 'red' } as const;
    const rows = findings.map(({ name, status, detail }) => [style(colour[status], status), name, detail]);
    console.log(table(rows));
  }
  return findings.some(({ status }) => status === 'fail') ? EXIT.unknown : EXIT.ok;
}
