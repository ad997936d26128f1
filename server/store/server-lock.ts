import pg from 'pg';
import { UpstreamError } from '../errors.ts';
import { translateSqlError } from './sql-error.ts';

/** Any number, the same in every version: whoever holds it is the one service of this database. */
const LOCK = 7_700_200;
const POLL_MS = 200;
/** A service that was killed may have a backend on the server for a moment. */
const PATIENCE_MS = 5_000;
/** After a broken connection it may be our own backend that the server has not missed yet (keepalives, below). */
const REGAIN_PATIENCE_MS = 40_000;

/** How long to wait for a lock that somebody else has, in milliseconds. */
export interface LockPatience {
  readonly takeMs?: number;
  readonly regainMs?: number;
}

/**
 * Holds a PostgreSQL database for this service: an advisory lock on a connection of its own, for as long as that lives.
 * Uploads lie in a service's own folder, so a second service on the database would take jobs whose files it does not
 * have, and sweep what it does not know. Gives the function that lets go.
 *
 * A connection that breaks is made anew and the lock taken again; `onLost` is told when somebody else has it by then,
 * and the service has to stop. The server must be reached directly or through a pooler in session mode.
 *
 * Throws `UpstreamError('database_locked')` when another service has it, `database_unavailable` without an answer.
 */
export async function lockServer(
  url: string,
  onLost: (error: UpstreamError) => void,
  patience: LockPatience = {},
): Promise<() => Promise<void>> {
  let released = false;
  let client = await take(url, patience.takeMs ?? PATIENCE_MS, () => released);
  const watch = () => {
    client.once('end', () => {
      if (!released) void regain();
    });
  };
  const regain = async (): Promise<void> => {
    while (!released) {
      try {
        client = await take(url, patience.regainMs ?? REGAIN_PATIENCE_MS, () => released);
        if (released) return await client.end();
        return watch();
      } catch (error) {
        if (error instanceof UpstreamError && error.code === 'database_locked') return onLost(error);
        // The server is down: statements fail as well meanwhile, and it may come back.
        await pause();
      }
    }
  };
  watch();
  return async () => {
    released = true;
    await client.end().catch(() => undefined);
  };
}

async function take(url: string, patienceMs: number, givenUp: () => boolean): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    application_name: 'colophon lock',
    keepAlive: true,
    connectionTimeoutMillis: 10_000,
    // So that the server misses a machine that vanished without a word within half a minute.
    options: '-c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3',
  });
  // Its end is what counts; without a listener the error would end the process.
  client.on('error', () => undefined);
  try {
    await client.connect();
    const until = performance.now() + patienceMs;
    for (;;) {
      const { rows } = await client.query('select pg_try_advisory_lock($1) as held', [LOCK]);
      if (rows[0]?.held === true || givenUp()) return client;
      if (performance.now() > until) break;
      await pause();
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw translateSqlError(error);
  }
  await client.end().catch(() => undefined);
  throw new UpstreamError(
    'database_locked',
    'another service works on this database: stop it, or set DATABASE_URL to another one',
  );
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, POLL_MS));
}
