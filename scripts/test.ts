/**
 * `npm test [-- SUITE…]`: contracts, unit, architecture, integration (PGlite, and PostgreSQL where a server is or can
 * be had), command line and browser. Ends with one line that counts them all.
 */

import { globSync } from 'node:fs';
import { resolve } from 'node:path';
import { styleText } from 'node:util';
import { runInLanes } from './test/lanes.ts';
import { runContracts } from './test/run-contracts.ts';
import { type Counts, runTestFile } from './test/run-test-file.ts';
import { startPostgres } from './test-postgres.ts';

const ROOT = resolve(import.meta.dirname, '..');
/** Files that run side by side. */
const LANES = 2;
const SLOWEST_SHOWN = 10;
/** A file that has not ended by then has failed. The longest is the crash test. */
const FILE_TIMEOUT_MS = 32 * 60_000;

/** Files of node's test runner, and how many of them may run side by side. */
interface Suite {
  readonly files: string | readonly string[];
  readonly atOnce: number;
}

// Those whose files follow each other come first, so that others run beside them.
const SUITES: Readonly<Record<string, Suite>> = {
  e2e: { files: 'test/e2e/**/*.test.ts', atOnce: 1 },
  cli: { files: 'test/cli/**/*.test.ts', atOnce: 1 },
  contracts: { files: [], atOnce: 1 },
  integration: { files: 'test/integration/**/*.test.ts', atOnce: LANES },
  postgres: {
    files: ['test/integration/service/*.test.ts', 'test/integration/*/*-store.test.ts'],
    atOnce: LANES,
  },
  unit: { files: 'test/unit/**/*.test.ts', atOnce: LANES },
  architecture: { files: 'test/architecture/**/*.test.ts', atOnce: 1 },
};

/** A file that was run. */
interface Done {
  readonly suite: string;
  readonly file: string;
  readonly seconds: number;
  readonly counts: Counts;
}

const done: Done[] = [];

/** Runs one file (of the contracts: all of them) and prints it when it has ended: side by side, lines would mix. */
async function runFile(suite: string, file: string, env: Readonly<Record<string, string>>): Promise<void> {
  let held = '';
  const onOutput = (text: string) => {
    held += text;
  };
  const startedAt = performance.now();
  const run =
    suite === 'contracts'
      ? runContracts(ROOT, onOutput)
      : runTestFile(resolve(ROOT, file), { root: ROOT, timeoutMs: FILE_TIMEOUT_MS, env, onOutput });
  // A process that cannot be started, say.
  const counts = await run.catch((error: unknown) => countFailure(suite, file, error));
  if (!counts) return;
  const seconds = (performance.now() - startedAt) / 1000;
  done.push({ suite, file, seconds, counts });
  console.log(`\n${styleText('bold', `${suite}: ${file}`)} (${seconds.toFixed(0)} s)\n${held.trimEnd()}`);
}

/** Counts something that went wrong outside a file: it must not read as green, nor end the run before its summary. */
function countFailure(suite: string, what: string, error: unknown): void {
  done.push({ suite, file: what, seconds: 0, counts: { passed: 0, failed: 1, skipped: 0 } });
  console.log(`\n✖ ${what}: ${error instanceof Error ? error.message : error}`);
}

function filesOf(suite: string): string[] {
  if (suite === 'contracts') return ['contracts'];
  // By their names; the crash test comes before those that are short, as it should.
  return globSync([...[SUITES[suite]!.files].flat()], { cwd: ROOT }).sort();
}

const given = process.argv.slice(2);
const unknown = given.filter((name) => !(name in SUITES));
if (unknown.length > 0) {
  console.error(`no suite ${unknown.join(', ')}; there are: ${Object.keys(SUITES).join(', ')}`);
  process.exit(2);
}
const wanted = Object.keys(SUITES).filter((name) => given.length === 0 || given.includes(name));

for (const [signal, code] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)
  process.once(signal, () => process.exit(code));

// It may have to be installed: meanwhile others run.
const opening = wanted.includes('postgres')
  ? startPostgres().catch((error: unknown) => {
      countFailure('postgres', 'start of PostgreSQL', error);
      return 'failed' as const;
    })
  : null;
let missing = 0;
const tasks = wanted.flatMap((suite) =>
  filesOf(suite).map((file) => ({
    suite,
    async run() {
      if (suite !== 'postgres') return await runFile(suite, file, {});
      const server = await opening;
      if (server === 'failed') return;
      if (server) await runFile(suite, file, { DATABASE_URL_TEST: server.url });
      else if (missing++ === 0)
        console.log('PostgreSQL: none here and none could be installed; its run is skipped');
    },
  })),
);
try {
  await runInLanes(tasks, LANES, (suite) => SUITES[suite]!.atOnce);
} finally {
  const server = await opening;
  if (server !== 'failed')
    await server?.stop().catch((error) => countFailure('postgres', 'stop of PostgreSQL', error));
}

if (done.length > SLOWEST_SHOWN) {
  console.log(`\n${styleText('bold', 'slowest files')}`);
  const slowest = done.toSorted((a, b) => b.seconds - a.seconds).slice(0, SLOWEST_SHOWN);
  for (const { suite, file, seconds } of slowest)
    console.log(`${seconds.toFixed(0).padStart(5)} s  ${suite === 'postgres' ? 'postgres: ' : ''}${file}`);
}

console.log('');
const total: Counts = { passed: 0, failed: 0, skipped: 0 };
for (const suite of wanted) {
  const own = done.filter((one) => one.suite === suite);
  const sum = (key: keyof Counts) => own.reduce((count, { counts }) => count + counts[key], 0);
  const skipped = sum('skipped') + (suite === 'postgres' && missing > 0 ? 1 : 0);
  const seconds = own.reduce((time, one) => time + one.seconds, 0);
  console.log(
    `${suite.padEnd(14)} ${sum('passed')} passed, ${sum('failed')} failed, ${skipped} skipped  (${seconds.toFixed(0)} s)`,
  );
  total.passed += sum('passed');
  total.failed += sum('failed');
  total.skipped += skipped;
}
for (const { file, counts } of done) if (counts.failed > 0) console.log(`failed: ${file}`);
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
