import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { UpstreamError } from '../errors.ts';

/**
 * Holds a directory for this process: an exclusive transaction of SQLite, which is a lock of the kernel on a file.
 * The kernel frees it however the process ends, so there is no stale lock to judge after a `kill -9`.
 * Gives the function that lets go.
 *
 * Throws `UpstreamError('database_locked')`, naming the process that holds it as far as it is known.
 */
export function lockDirectory(directory: string): () => void {
  const ownerFile = join(directory, 'lock-owner');
  const lock = new DatabaseSync(join(directory, 'lock'));
  try {
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (cause) {
    lock.close();
    throw new UpstreamError(
      'database_locked',
      `${directory} is in use by another process${ownerOf(ownerFile)}; stop it, or set COLOPHON_DATA to another folder`,
      { cause },
    );
  }
  writeFileSync(ownerFile, `${process.pid}\n`);
  return () => {
    if (lock.isOpen) lock.close();
  };
}

function ownerOf(file: string): string {
  try {
    return ` (pid ${readFileSync(file, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
