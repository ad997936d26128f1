import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { putFreshDatabase } from '../../helpers/fresh-database.ts';

const STORE = pathToFileURL(join(import.meta.dirname, '../../../server/store/open-db.ts')).href;
/** Bytes of WebAssembly; the SQL parser's function has 105,000. */
const LARGE = 60_000;
const PROGRAM = `
  const { openDb } = await import(${JSON.stringify(STORE)});
  const db = await openDb({ url: null, directory: process.argv[1] });
  for (let i = 0; i < 300; i++) await db.query('select id, name from api_keys where id = $1 and name <> $2', ['x', 'y']);
  await db.close();`;

test('the migrations and some queries do not have V8 compile PGlite’s SQL parser again', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'colophon-tiering-'));
  const directory = join(folder, 'database');
  try {
    await putFreshDatabase(directory);
    const flags = ['--trace-wasm-compilation-times', '--input-type=module', '--eval', PROGRAM];
    const { stdout } = await promisify(execFile)(process.execPath, [...flags, directory], {
      maxBuffer: 1 << 26,
    });
    const large = [...stdout.matchAll(/ using (\w+), took .*?bodysize (\d+)/g)].filter(
      ([, , size]) => Number(size) > LARGE,
    );
    assert.ok(large.length > 0, 'the parser is compiled once');
    assert.deepEqual(
      large.filter(([, compiler]) => compiler !== 'Liftoff').map(([line]) => line),
      [],
    );
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
