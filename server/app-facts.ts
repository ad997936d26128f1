import { readFileSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join, resolve } from 'node:path';
import type { Deps } from './actions/deps.ts';
import type { Anchorer } from './actions/follow-chain.ts';
import type { PartState } from './http/http-deps.ts';

const ROOT = resolve(import.meta.dirname, '..');

/** Where the models lie that come with the program. */
export const MODELS = join(ROOT, 'models');

/** State of the parts that the service cannot work without, for `/readyz`. */
export async function partStates(
  deps: Deps,
  anchorer: Anchorer,
): Promise<Readonly<Record<string, PartState>>> {
  const tried = async (work: () => Promise<string>): Promise<PartState> => {
    try {
      return { ok: true, detail: await work() };
    } catch (error) {
      return { ok: false, detail: error instanceof Error ? error.message : String(error) };
    }
  };
  const { problem } = anchorer.status();
  const [database, chain] = await Promise.all([
    tried(async () => {
      await deps.db.query('select 1');
      return deps.db.kind;
    }),
    tried(async () => `block ${(await deps.chain.block('latest'))?.number ?? 'unknown'}`),
  ]);
  return {
    database,
    chain,
    // A round that failed is tried again by itself; works wait in the outbox, so the service is ready all the same.
    anchorer: { ok: true, detail: problem ?? 'running' },
    model: { ok: true, detail: `${deps.model.name}@${deps.model.version}` },
    index: { ok: true, detail: `${deps.search.size} vectors` },
  };
}

/** Version of this program, or of a package it uses. */
export function packageVersion(name?: string): string {
  const path =
    name === undefined ? join(ROOT, 'package.json') : join(ROOT, 'node_modules', name, 'package.json');
  try {
    return String(JSON.parse(readFileSync(path, 'utf8')).version);
  } catch {
    return 'unknown';
  }
}

/** What dossiers name as tools. */
export function toolVersions(): Record<string, string> {
  return {
    colophon: packageVersion(),
    node: process.versions.node,
    sharp: packageVersion('sharp'),
    'onnxruntime-node': packageVersion('onnxruntime-node'),
  };
}

/** What dossiers name as the machine. */
export function machineFacts(): Record<string, string> {
  return {
    platform: process.platform,
    architecture: process.arch,
    kernel: release(),
    processor: cpus()[0]?.model.trim() ?? 'unknown',
  };
}
