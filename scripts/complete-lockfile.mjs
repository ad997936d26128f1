/**
 * Completes package-lock.json: `npm install && node scripts/complete-lockfile.mjs`.
 *
 * Packages with binaries name one optional package a platform. Where the registry at hand lacks some of those
 * (a mirror that is behind), npm leaves them out of the lock file, and then `npm ci` refuses that lock file
 * everywhere ("Missing: … from lock file"). This adds an entry for each: the version that the parent asks for, optional,
 * bound to its platform, so that no other platform tries to fetch it. It also drops the hosts that tarballs came from.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const FILE = new URL('../package-lock.json', import.meta.url);
const OS = {
  android: 'android',
  darwin: 'darwin',
  linux: 'linux',
  linuxmusl: 'linux',
  win32: 'win32',
  windows: 'win32',
  freebsd: 'freebsd',
  openbsd: 'openbsd',
  netbsd: 'netbsd',
  sunos: 'sunos',
  aix: 'aix',
  openharmony: 'openharmony',
};
const CPU = {
  arm64: 'arm64',
  x64: 'x64',
  amd64: 'x64',
  arm: 'arm',
  ia32: 'ia32',
  riscv64: 'riscv64',
  s390x: 's390x',
  ppc64: 'ppc64',
  loong64: 'loong64',
};

const lock = JSON.parse(readFileSync(FILE, 'utf8'));
const added = [];
for (const parent of Object.values(lock.packages)) {
  delete parent.resolved;
  for (const [name, range] of Object.entries(parent.optionalDependencies ?? {})) {
    const path = `node_modules/${name}`;
    const version = /\d+\.\d+\.\d+(-[\w.]+)?/.exec(range)?.[0];
    if (lock.packages[path] !== undefined || version === undefined) continue;
    const words = name.split(/[-/]/);
    const os = words.map((word) => OS[word]).find(Boolean);
    const cpu = words.map((word) => CPU[word] ?? (word.startsWith('arm') ? 'arm' : undefined)).find(Boolean);
    const libc = words.some((word) => word.startsWith('musl') || word === 'linuxmusl') ? 'musl' : undefined;
    lock.packages[path] = {
      version,
      ...(cpu ? { cpu: [cpu] } : {}),
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
      ...(os ? { os: [os] } : {}),
      ...(libc ? { libc: [libc] } : {}),
    };
    added.push(`${name}@${version}${os ? '' : ' (no platform in its name)'}`);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(FILE, `${JSON.stringify(lock, null, 2)}\n`);
console.log(
  added.length === 0 ? 'package-lock.json is complete' : `added ${added.length}: ${added.join(', ')}`,
);
