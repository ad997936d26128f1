/**
 * Chromium from the npm package alone. The package carries the libraries that a bare Debian lacks (NSS, NSPR,
 * expat); they are put on the library path only where the system has none of its own.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';

const FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--font-render-hinting=none',
];

/** Starts a browser of its own. */
export async function startBrowser(): Promise<Browser> {
  const home = await unpack();
  const libraries = join(home, 'al2023', 'lib');
  const env = { ...process.env, FONTCONFIG_PATH: process.env['FONTCONFIG_PATH'] ?? fontConfig(home) };
  if (!hasSystemLibraries()) Object.assign(env, { LD_LIBRARY_PATH: libraries });
  return chromium.launch({ executablePath: join(home, 'chromium'), args: FLAGS, env });
}

/**
 * Where fonts are described. The package's own file names folders of a cloud's file system; without any font Chromium
 * draws no text at all, not even in the fonts that a page brings.
 */
function fontConfig(home: string): string {
  const folder = join(home, 'fontconfig');
  mkdirSync(folder, { recursive: true });
  const system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include>';
  const lines = `${system}<dir>${join(home, 'fonts')}</dir><cachedir>${join(home, 'font-cache')}</cachedir>`;
  writeFileSync(join(folder, 'fonts.conf'), `<?xml version="1.0"?><fontconfig>${lines}</fontconfig>`);
  return folder;
}

function hasSystemLibraries(): boolean {
  return ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64'].some(
    (folder) => existsSync(join(folder, 'libnss3.so')) && existsSync(join(folder, 'libnspr4.so')),
  );
}

/** Unpacks the package once per version. Moved into place whole, so that a parallel run never sees half a browser. */
async function unpack(): Promise<string> {
  const entry = createRequire(import.meta.url).resolve('@sparticuz/chromium');
  const root = join(dirname(entry), '..');
  const { version } = createRequire(import.meta.url)(join(root, 'package.json')) as { version: string };
  const home = join(tmpdir(), `colophon-chromium-${version}`);
  if (existsSync(join(home, 'chromium'))) return home;
  const { inflate } = await import('@sparticuz/chromium');
  const fresh = await mkdtemp(join(tmpdir(), 'colophon-chromium-new-'));
  // The package unpacks into the temporary folder, whichever that is at the time of the call.
  const before = process.env['TMPDIR'];
  process.env['TMPDIR'] = fresh;
  try {
    await Promise.all(
      ['chromium.br', 'al2023.tar.br', 'fonts.tar.br'].map((name) => inflate(join(root, 'bin', name))),
    );
  } finally {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
  }
  await rename(fresh, home).catch(() => rm(fresh, { recursive: true, force: true }));
  return home;
}
