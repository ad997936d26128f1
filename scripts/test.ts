/**
 * `npm test [-- SUITE…]`: contracts, unit, architecture, integration (PGlite, and PostgreSQL where a server is or can
 * be had), command line and browser. Ends with one line that counts them all.
 */

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { run } from 'node:test';
import { spec } from 'node:test/reporters';
import { styleText } from 'node:util';
import { startPostgres } from './test-postgres.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** What a suite counted. */
interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** Runs files of node's test runner, each in a process of its own, and counts their tests. */
function runFiles(
  pattern: string | string[],
  concurrency: number,
  env: Record<string, string> = {},
): Promise<Counts> {
  const files = globSync(pattern, { cwd: ROOT })
    .sort()
    .map((file) => resolve(ROOT, file));
  const counts: Counts = { passed: 0, failed: 0, skipped: 0 };
  if (files.length === 0) return Promise.resolve(counts);
  Object.assign(process.env, env);
  return new Promise((done, fail) => {
    const events = run({ files, concurrency, cwd: ROOT, timeout: 15 * 60_000 });
    events.on('test:summary', (summary) => {
      if (summary.file !== undefined) return; // one a file, then one for all
      counts.passed += summary.counts.passed;
      const { tests, passed, skipped, todo } = summary.counts;
      counts.failed += tests - passed - skipped - todo;
      counts.skipped += summary.counts.skipped + summary.counts.todo;
    });
    events.compose(new spec()).pipe(process.stdout, { end: false });
    events.on('end', () => done(counts));
    events.on('error', fail);
  });
}

/** Runs Hardhat's own runner (Solidity and TypeScript tests of the contracts) and reads its counts. */
function runContracts(): Promise<Counts> {
  return new Promise((done) => {
    const child = spawn(process.execPath, [resolve(ROOT, 'node_modules/hardhat/dist/src/cli.js'), 'test'], {
      cwd: ROOT,
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (chunk: Buffer) => {
        text += chunk;
        process.stdout.write(chunk);
      });
    }
    child.on('close', (code) => {
      const sum = (word: string) =>
        [...text.matchAll(new RegExp(`(\\d+) ${word}\\b`, 'g'))].reduce(
          (total, match) => total + Number(match[1]),
          0,
        );
      const counts = { passed: sum('passing'), failed: sum('failing'), skipped: sum('(?:skipped|pending)') };
      // Hardhat can fail without a failing test (it does not compile): that must not read as green.
      if (code !== 0 && counts.failed === 0) counts.failed = 1;
      if (code === 0 && counts.passed === 0) counts.failed = 1;
      done(counts);
    });
  });
}

const SUITES: Record<string, () => Promise<Counts>> = {
  unit: () => runFiles('test/unit/**/*.test.ts', 2),
  architecture: () => runFiles('test/architecture/**/*.test.ts', 1),
  contracts: runContracts,
  integration: () => runFiles('test/integration/**/*.test.ts', 1),
  postgres: async () => {
    const server = await startPostgres();
    if (server === null) {
      console.log('PostgreSQL: none here and none could be installed; its run is skipped');
      return { passed: 0, failed: 0, skipped: 1 };
    }
    try {
      return await runFiles(['test/integration/service/*.test.ts', 'test/integration/*/*-store.test.ts'], 1, {
        DATABASE_URL_TEST: server.url,
      });
    } finally {
      delete process.env['DATABASE_URL_TEST'];
      await server.stop();
    }
  },
  cli: () => runFiles('test/cli/**/*.test.ts', 1),
  e2e: () => runFiles('test/e2e/**/*.test.ts', 1),
};

const wanted = process.argv.slice(2);
const unknown = wanted.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are: ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}

const rows: [string, Counts, number][] = [];
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${styleText('bold', name)}`);
  const startedAt = performance.now();
  rows.push([name, await suite(), (performance.now() - startedAt) / 1000]);
}

console.log('');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, counts, seconds] of rows) {
  console.log(
    `${name.padEnd(14)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds.toFixed(0)} s)`,
  );
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
