/**
 * `npm test [-- SUITE…]`: contracts, unit, architecture, integration (PGlite, and PostgreSQL where a server is or can
 * be had), command line and browser. Ends with one line that counts them all.
 */

import { spawn } from 'node:child_process';
import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { type Counts, runTestFile } from './test/run-test-file.ts';
import { startPostgres } from './test-postgres.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Files with failed tests, named at the end. */
const failures: string[] = [];
/** How long each file took, in seconds; the slowest are named at the end. */
const times: { readonly file: string; readonly seconds: number }[] = [];
const SLOWEST_SHOWN = 10;

/** A file that has not ended by then has failed. The longest is the crash test. */
const FILE_TIMEOUT_MS = 32 * 60_000;

/** Runs files of node's test runner, each in a process of its own, and counts their tests. */
async function runFiles(
  pattern: string | string[],
  concurrency: number,
  env: Record<string, string> = {},
): Promise<Counts> {
  const files = globSync(pattern, { cwd: ROOT }).sort();
  const total: Counts = { passed: 0, failed: 0, skipped: 0 };
  const lane = async () => {
    for (let file = files.shift(); file !== undefined; file = files.shift()) {
      // Side by side, their lines would mix: then each prints when it is done.
      let held = '';
      const onOutput = (text: string) => {
        if (concurrency === 1) process.stdout.write(text);
        else held += text;
      };
      const startedAt = performance.now();
      const counts = await runTestFile(resolve(ROOT, file), {
        root: ROOT,
        timeoutMs: FILE_TIMEOUT_MS,
        env,
        onOutput,
      });
      process.stdout.write(held);
      times.push({ file, seconds: (performance.now() - startedAt) / 1000 });
      for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
      if (counts.failed > 0) failures.push(file);
    }
  };
  await Promise.all(Array.from({ length: concurrency }, lane));
  return total;
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
  integration: () => runFiles('test/integration/**/*.test.ts', 2),
  postgres: async () => {
    const server = await startPostgres();
    if (server === null) {
      console.log('PostgreSQL: none here and none could be installed; its run is skipped');
      return { passed: 0, failed: 0, skipped: 1 };
    }
    try {
      return await runFiles(['test/integration/service/*.test.ts', 'test/integration/*/*-store.test.ts'], 2, {
        DATABASE_URL_TEST: server.url,
      });
    } finally {
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

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

const rows: [string, Counts, number][] = [];
for (const [name, suite] of Object.entries(SUITES)) {
  if (wanted.length > 0 && !wanted.includes(name)) continue;
  console.log(`\n${styleText('bold', name)}`);
  const startedAt = performance.now();
  rows.push([name, await suite(), (performance.now() - startedAt) / 1000]);
}

if (times.length > SLOWEST_SHOWN) {
  console.log(`\n${styleText('bold', 'slowest files')}`);
  const slowest = times.sort((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN);
  for (const { file, seconds } of slowest) console.log(`${seconds.toFixed(0).padStart(5)} s  ${file}`);
}

console.log('');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const [name, counts, seconds] of rows) {
  console.log(
    `${name.padEnd(14)} ${counts.passed} passed, ${counts.failed} failed, ${counts.skipped} skipped  (${seconds.toFixed(0)} s)`,
  );
  for (const key of ['passed', 'failed', 'skipped'] as const) total[key] += counts[key];
}
for (const file of failures) console.log(`failed: ${file}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
