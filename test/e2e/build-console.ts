import { existsSync, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';

const WEB = fileURLToPath(new URL('../../web/', import.meta.url));

/** Builds the console unless the build in `web/dist` is newer than its sources. */
export async function buildConsole(): Promise<void> {
  const built = `${WEB}dist/index.html`;
  if (existsSync(built) && statSync(built).mtimeMs > newest(`${WEB}src`)) return;
  await build({ configFile: `${WEB}vite.config.ts`, logLevel: 'warn' });
}

function newest(folder: string): number {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return Math.max(...files.map((name) => statSync(`${folder}/${name}`).mtimeMs));
}
