import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const WEB = `${ROOT}web/`;
/** The console verifies with the service's own stages. */
const SOURCES = [`${WEB}src`, `${ROOT}server/pipeline`, `${ROOT}server/domain`];

/** Builds the console unless the build in `web/dist` is newer than its sources. */
export async function buildConsole(): Promise<void> {
  const built = `${WEB}dist/index.html`;
  if (existsSync(built) && statSync(built).mtimeMs > Math.max(...SOURCES.map(newest))) return;
  await build({ configFile: `${WEB}vite.config.ts`, logLevel: 'warn' });
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((name) => statSync(`${folder}/${name}`).mtimeMs));
}
