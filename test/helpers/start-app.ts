import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pino from 'pino';
import { type App, startApp } from '../../server/app.ts';
import { loadConfig } from '../../server/config.ts';
import { ApiClient } from './api-client.ts';
import { putFreshDatabase } from './fresh-database.ts';
import { createTestDatabase } from './test-database.ts';

/** A real service in this process: real database, local chain, model, on a free port, in a folder of its own. */
export interface TestApp {
  readonly app: App;
  readonly url: string;
  readonly dataFolder: string;
  /** Token of the first admin. */
  readonly adminKey: string;
  /** Client of the first admin. */
  readonly admin: ApiClient;
  /** A client with a new key of that role. */
  clientOf(role: 'creator' | 'platform' | 'auditor' | 'admin'): Promise<ApiClient>;
  /** Stops the service and keeps its folder, so that `startTestApp({ dataFolder })` goes on with it. */
  stop(): Promise<void>;
  /** Stops the service and removes its folder. */
  remove(): Promise<void>;
}

/** How to start. */
export interface TestAppOptions {
  /** Go on with the folder of an earlier service; then `adminKey` must be given too. */
  readonly dataFolder?: string;
  readonly adminKey?: string;
  /** Further settings, as environment variables. */
  readonly env?: Readonly<Record<string, string>>;
}

/**
 * Starts the service for a test. On PostgreSQL when `DATABASE_URL_TEST` is set (a database of its own on that server),
 * else on PGlite.
 */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const dataFolder = options.dataFolder ?? (await mkdtemp(join(tmpdir(), 'colophon-test-')));
  const database = await createTestDatabase(dataFolder);
  if (!database) await putFreshDatabase(join(dataFolder, 'database'));
  const config = loadConfig({
    COLOPHON_DATA: dataFolder,
    PORT: '0',
    COLOPHON_RATE_LIMIT: '0',
    COLOPHON_BATCH_INTERVAL_MS: '200',
    COLOPHON_SPARE_DECODERS: 'off',
    COLOPHON_LOG_LEVEL: process.env['COLOPHON_TEST_LOG'] ?? 'fatal',
    ...(database ? { DATABASE_URL: database.url } : {}),
    ...options.env,
  });
  const log = pino({ level: config.logLevel }, pino.destination({ dest: 2, sync: true }));
  const app = await startApp(config, { log });
  const adminKey = options.adminKey ?? app.firstKey?.secret ?? '';
  const admin = new ApiClient(app.url, adminKey);
  return {
    app,
    url: app.url,
    dataFolder,
    adminKey,
    admin,
    async clientOf(role) {
      const { body } = await admin.post('/v1/keys', { name: `a ${role}`, role });
      return new ApiClient(app.url, String(body['secret']));
    },
    stop: () => app.stop(),
    async remove() {
      await app.stop();
      await database?.drop();
      await rm(dataFolder, { recursive: true, force: true });
    },
  };
}
