import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { InternalError, UpstreamError } from '../errors.ts';

const SQLITE_BUSY = 5;

/** A database that nothing refers to is closed by the garbage collector, which would let go of the directory. */
const HELD = new Set<DatabaseSync>();

/**
 * Holds a directory (made when missing) for this process: an exclusive transaction of SQLite, which is a lock of the
 * kernel on a file. It holds until it is let go, whatever becomes of what is given back. The kernel frees it however the process ends, so there is no stale lock to judge after a
 * `kill -9`. Gives the function that lets go.
 *
 * Throws `UpstreamError('database_locked')`, naming the process that holds it as far as it is known, and
 * `InternalError('config_invalid')` when the directory cannot be used at all.
 */
export function lockDirectory(directory: string): () => void {
  const ownerFile = join(directory, 'lock-owner');
  let lock: DatabaseSync | undefined;
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    lock = new DatabaseSync(join(directory, 'lock'));
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    writeFileSync(ownerFile, `${process.pid}\n`);
  } catch (cause) {
    lock?.close();
    throw translate(cause, directory, ownerFile);
  }
  const held = lock;
  HELD.add(held);
  return () => {
    HELD.delete(held);
    if (held.isOpen) held.close();
  };
}

function translate(cause: unknown, directory: string, ownerFile: string): Error {
  const busy = (cause as { errcode?: number }).errcode === SQLITE_BUSY;
  if (busy) {
    const advice = 'stop it, or set COLOPHON_DATA to another folder';
    const text = `${directory} is in use by another process${ownerOf(ownerFile)}; ${advice}`;
    return new UpstreamError('database_locked', text, { cause });
  }
  const why = cause instanceof Error ? cause.message : String(cause);
  return new InternalError('config_invalid', `the folder ${directory} cannot be used: ${why}`, { cause });
}

function ownerOf(file: string): string {
  try {
    return ` (pid ${readFileSync(file, 'utf8').trim()})`;
  } catch {
    return '';
  }
}
