import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { openPgliteDb } from '../../server/store/pglite-db.ts';

const KEPT = resolve(import.meta.dirname, '../../.colophon/test-databases');
const PGLITE = createRequire(import.meta.url).resolve('@electric-sql/pglite');

/**
 * Puts a new, empty embedded database into `directory`, as its first opening would make it; does nothing where there is one.
 * Making one (PostgreSQL's `initdb`) takes ten seconds of a processor and gives the same each time, so it is made once a
 * version of PGlite and copied. The test of the command line has its service make one.
 */
export async function putFreshDatabase(directory: string): Promise<void> {
  if (existsSync(directory)) return;
  const { version } = JSON.parse(await readFile(join(PGLITE, '../../package.json'), 'utf8')) as {
    version: string;
  };
  const kept = join(KEPT, version);
  if (!existsSync(kept)) await makeDatabase(kept);
  await mkdir(directory, { recursive: true });
  await cp(join(kept, 'pglite'), join(directory, 'pglite'), { recursive: true });
}

/** Test files run side by side: each makes its own, and the first one to be ready is kept. */
async function makeDatabase(kept: string): Promise<void> {
  await mkdir(KEPT, { recursive: true });
  const made = await mkdtemp(join(KEPT, 'new-'));
  await (await openPgliteDb(made)).close();
  await rename(made, kept).catch(() => undefined);
  await rm(made, { recursive: true, force: true });
}
