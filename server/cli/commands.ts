import type { Evidence } from '../domain/evidence.ts';
import type { Lane, Work } from '../domain/work.ts';
import { InputError } from '../errors.ts';
import type { ApiClient } from './api-client.ts';
import { checkFiles } from './check.ts';
import { examine } from './doctor.ts';
import { EXIT } from './exit-codes.ts';
import { findFiles } from './find-files.ts';
import { facts, shortHex, style, table } from './output.ts';
import { openOwnerKey } from './owner-key.ts';
import { registerFiles } from './register.ts';
import type { Settings } from './settings.ts';
import { showMatch } from './show-match.ts';

/** `colophon register`. Returns the exit code. */
export async function runRegister(
  client: ApiClient,
  settings: Settings,
  patterns: readonly string[],
  options: { lane: Lane; title?: string; wait: string; json: boolean },
): Promise<number> {
  const files = await findFiles(patterns);
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
      const rows = shown.map((result) => [
        mark(['registered', 'already yours'].includes(result.outcome)),
        result.file,
        result.outcome,
        result.workId ?? '',
        [result.state, result.code, result.detail, result.existing].filter(Boolean).join(' · '),
      ]);
      console.log(table(rows));
    }
    const seconds = (performance.now() - started) / 1000;
    const rate = (results.length / seconds).toFixed(1);
    console.log(
      `${results.length - failed.length} of ${results.length} registered in ${seconds.toFixed(1)} s (${rate}/s)`,
    );
  }
  return failed.length === 0 ? EXIT.ok : EXIT.false;
}

/** `colophon check`. Returns the exit code. */
export async function runCheck(
  client: ApiClient,
  patterns: readonly string[],
  options: { json: boolean; exitCode: boolean },
): Promise<number> {
  const results = await checkFiles(client, await findFiles(patterns));
  if (options.json) console.log(JSON.stringify({ results }));
  else {
    for (const { file, check, problem } of results) {
      if (problem !== null || check === null || check.verdict === null) {
        console.log(
          `${mark(false)} ${file}: ${problem?.detail ?? 'no answer in time'} (${problem?.code ?? 'pending'})`,
        );
        continue;
      }
      const colour = { copy: 'red', review: 'yellow', distinct: 'green' } as const;
      const { outcome, matches, explanation, warnings = [] } = check.verdict;
      console.log(
        `${style(['bold', colour[outcome]], outcome.padEnd(8))} ${file}  ${style('dim', check.id)}`,
      );
      console.log(`  ${explanation}`);
      for (const warning of warnings) console.log(`  ${style('yellow', warning)}`);
      for (const index of matches.keys()) console.log(await showMatch(client, check, index));
    }
  }
  if (results.some((result) => result.problem !== null || result.check?.verdict == null)) return EXIT.false;
  const found = results.some((result) => result.check?.verdict?.outcome === 'copy');
  return options.exitCode && found ? EXIT.false : EXIT.ok;
}

/** `colophon works [ID]`. */
export async function runWorks(
  client: ApiClient,
  id: string | undefined,
  limit: string,
  json: boolean,
): Promise<void> {
  if (id !== undefined) {
    const work = await client.get<Work>(`/v1/works/${encodeURIComponent(id)}`);
    console.log(json ? JSON.stringify(work) : facts(work));
    return;
  }
  const page = await client.get<{ items: Work[] }>(`/v1/works?limit=${wholeNumber('--limit', limit)}`);
  if (json) console.log(JSON.stringify(page));
  else {
    const rows = page.items.map((work) => [
      work.id,
      work.state,
      work.createdAt,
      shortHex(work.owner),
      work.title,
    ]);
    console.log(
      rows.length === 0 ? 'no works yet' : table([['WORK', 'STATE', 'CREATED', 'OWNER', 'TITLE'], ...rows]),
    );
  }
}

/** `colophon evidence [ID]`. */
export async function runEvidence(client: ApiClient, id: string | undefined, json: boolean): Promise<void> {
  if (id !== undefined) {
    const evidence = await client.get<Evidence>(`/v1/evidence/${encodeURIComponent(id)}`);
    console.log(json ? JSON.stringify(evidence) : facts(evidence));
    return;
  }
  const page = await client.get<{ items: Evidence[] }>('/v1/evidence');
  if (json) console.log(JSON.stringify(page));
  else {
    const rows = page.items.map((item) => [
      item.id,
      item.state,
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
  console.log(json ? JSON.stringify(evidence) : facts(evidence));
  if (!json && evidence.state !== 'failed') console.log(`\n${nextStep(evidence)}`);
}

/** What to do with evidence that was filed: its proof exists once it stands on the chain. */
function nextStep({ id, state }: Evidence): string {
  const proof = `colophon proof ${id} evidence.json`;
  return state === 'anchored'
    ? `Next: ${proof}`
    : `Next: colophon evidence ${id}, until it is anchored, then ${proof}`;
}

/** `colophon owner`. */
export function runOwner(settings: Settings, json: boolean): void {
  const { address, file, created } = openOwnerKey(settings.folder, process.env['COLOPHON_OWNER_KEY']);
  console.log(json ? JSON.stringify({ address, file, created }) : `${address}  (${file})`);
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

function mark(good: boolean): string {
  return good ? style('green', '✓') : style('red', '✗');
}

function wholeNumber(flag: string, text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0)
    throw new InputError('invalid_request', `${flag} takes a whole number, not ${text}`);
  return value;
}
