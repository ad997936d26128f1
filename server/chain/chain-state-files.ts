import { copyFile, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

const CURRENT = 'state.json';
const BACKUPS = ['state.backup-1.json', 'state.backup-2.json'];

/** The file that anvil reads and writes. */
export function stateFile(directory: string): string {
  return join(directory, CURRENT);
}

/**
 * States that anvil can be started with, newest first, as absolute paths. A file that a kill cut short is not JSON
 * and is passed over.
 */
export async function usableStates(directory: string): Promise<string[]> {
  const usable: string[] = [];
  for (const name of [CURRENT, ...BACKUPS]) {
    const path = join(directory, name);
    if (await isWhole(path)) usable.push(path);
  }
  return usable;
}

/** Puts a state where anvil will read it; `null` puts none there. What was there is kept aside if it is unreadable. */
export async function installState(directory: string, source: string | null): Promise<void> {
  const current = stateFile(directory);
  if (source === current) return;
  await rename(current, join(directory, 'state.unreadable.json')).catch(ignoreMissing);
  if (source !== null) await copyWhole(source, current);
}

/** Removes a state that anvil does not take, so that the next start does not try it again. */
export async function rejectState(path: string): Promise<void> {
  await rename(path, `${path}.rejected`).catch(ignoreMissing);
}

/**
 * Keeps copies of the state, made whole before they get their name, since anvil writes its file in place.
 * Returns the function that ends it.
 */
export function keepBackups(directory: string, everyMs: number): () => void {
  let lastSeen = 0;
  let busy = false;
  const timer = setInterval(async () => {
    if (busy) return;
    busy = true;
    try {
      lastSeen = await backUp(directory, lastSeen);
    } catch {
      // A full disk, or a file in the making: the older backups stay.
    } finally {
      busy = false;
    }
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}

/** One backup, if the state changed after `lastSeen` (Unix milliseconds). Gives the time of the state that is kept. */
export async function backUp(directory: string, lastSeen: number): Promise<number> {
  const current = stateFile(directory);
  const before = await stat(current);
  if (before.mtimeMs === lastSeen) return lastSeen;
  const fresh = join(directory, 'state.backup.new');
  await copyWhole(current, fresh);
  const after = await stat(current);
  // Written meanwhile, or cut: wait for the next turn.
  if (after.mtimeMs !== before.mtimeMs || !(await isWhole(fresh))) {
    await rm(fresh, { force: true });
    return lastSeen;
  }
  await rename(join(directory, BACKUPS[0]!), join(directory, BACKUPS[1]!)).catch(ignoreMissing);
  await rename(fresh, join(directory, BACKUPS[0]!));
  return before.mtimeMs;
}

async function copyWhole(from: string, to: string): Promise<void> {
  await copyFile(from, `${to}.part`);
  await using file = await open(`${to}.part`, 'r+');
  await file.sync();
  await rename(`${to}.part`, to);
}

async function isWhole(path: string): Promise<boolean> {
  try {
    const state = JSON.parse(await readFile(path, 'utf8'));
    return typeof state === 'object' && state !== null && 'accounts' in state && 'block' in state;
  } catch {
    return false;
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
