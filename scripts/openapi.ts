/**
 * `node scripts/openapi.ts`: writes docs/openapi.json from the routes. With `--check` it writes nothing and fails when
 * the file is not what the routes say.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildOpenApi } from '../server/http/openapi.ts';
import { routes } from '../server/http/routes/index.ts';

const ROOT = resolve(import.meta.dirname, '..');
const FILE = join(ROOT, 'docs', 'openapi.json');

const { version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const text = `${JSON.stringify(buildOpenApi(routes, version), null, 2)}\n`;

if (process.argv.includes('--check')) {
  if (read() !== text) {
    console.error('docs/openapi.json is stale: run `node scripts/openapi.ts`');
    process.exitCode = 1;
  }
} else {
  writeFileSync(FILE, text);
}

function read(): string {
  try {
    return readFileSync(FILE, 'utf8');
  } catch {
    return '';
  }
}
