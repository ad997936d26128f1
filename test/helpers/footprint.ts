import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { TestApp } from './start-app.ts';

/** How many rows and files there are, by table and folder: equal before and after means that nothing was left behind. */
export type Footprint = Readonly<Record<string, number>>;

const TABLES = [
  'uploads',
  'upload_holders',
  'works',
  'checks',
  'evidence',
  'prints',
  'jobs',
  'job_events',
  'idempotency_keys',
  'audit_log',
  'outbox',
];

/** Counts rows of all tables, and files of the content store. */
export async function footprint(service: TestApp): Promise<Footprint> {
  const counts: Record<string, number> = {};
  for (const table of TABLES) {
    const [row] = await service.app.deps.db.query<{ n: number }>(`select count(*)::int as n from ${table}`);
    counts[table] = row?.n ?? -1;
  }
  const entries = await readdir(join(service.dataFolder, 'content'), {
    recursive: true,
    withFileTypes: true,
  });
  counts['files'] = entries.filter((entry) => entry.isFile()).length;
  return counts;
}
