/**
 * `npm run check`: everything that can be known without running the product. Types, format and lint, import rules,
 * and whether generated files are what their generators write today.
 */
import { spawnSync } from 'node:child_process';
import { resolve } from 'node:path';
import { styleText } from 'node:util';

const ROOT = resolve(import.meta.dirname, '..');
const bin = (path: string) => [process.execPath, resolve(ROOT, 'node_modules', path)];
const script = (path: string, ...rest: string[]) => [process.execPath, resolve(ROOT, path), ...rest];

/** Name of the check, the command, and what to do when it fails. */
const CHECKS: readonly (readonly [name: string, command: readonly string[], remedy: string])[] = [
  ['types', [...bin('typescript/bin/tsc'), '--noEmit'], 'mend the types'],
  ['format and lint', [...bin('@biomejs/biome/bin/biome'), 'check', '--error-on-warnings'], 'npm run format'],
  [
    'import rules',
    [
      ...bin('dependency-cruiser/bin/dependency-cruiser.mjs'),
      '--config',
      '.dependency-cruiser.cjs',
      'server',
      'web',
      'scripts',
    ],
    'move the code where the rule allows it (docs/architecture.md)',
  ],
  ['contract artefacts', script('scripts/contracts/export.ts', '--check'), 'npm run contracts:export'],
  ['OpenAPI document', script('scripts/openapi.ts', '--check'), 'npm run openapi'],
  ['gas and bytecode snapshots', script('scripts/contracts/gas.ts', '--check'), 'npm run contracts:gas'],
];

let failed = 0;
for (const [name, [command, ...args], remedy] of CHECKS) {
  const startedAt = performance.now();
  const result = spawnSync(command as string, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 26 });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (result.status === 0) console.log(`${styleText('green', '✓')} ${name} (${seconds} s)`);
  else {
    failed++;
    console.log(`${styleText('red', '✗')} ${name} (${seconds} s): ${remedy}`);
    console.log(result.stdout, result.stderr);
  }
}
process.exitCode = failed === 0 ? 0 : 1;
