#!/usr/bin/env node
/**
 * Makes a fresh clone runnable with whatever Node and npm started it, then runs one of our programs.
 *
 *   node scripts/bootstrap.mjs [--console] PROGRAM [ARGUMENT…]
 *
 * Plain JavaScript without dependencies, because it runs before anything is installed, on Node 20 too:
 * 1. a Node that runs TypeScript as it stands (>= 22.18); if this one is older, Node 24 comes from npm,
 *    where the package `node-<platform>-<arch>` carries the binary, into .colophon/toolchain;
 * 2. node_modules as package-lock.json says, installed by that Node. A user's own `npm ci` under Node 20 is
 *    not enough: npm then silently skips the optional binaries that ask for a newer Node (Hardhat's EDR);
 * 3. with --console, the built console (web/dist), rebuilt when its sources changed.
 * The program and its children share a cache of compiled modules: stripping types again would be half of a short start.
 * Each step leaves a stamp and is skipped while the stamp fits, so that a second start costs nothing.
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const STATE = join(ROOT, '.colophon');
const TOOLCHAIN_VERSION = '24.21.0';
const OLDEST = [22, 18];

/** Whether this very Node strips types by itself (https://nodejs.org/api/typescript.html: from 22.18). */
function runsTypeScript() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major > OLDEST[0] || (major === OLDEST[0] && minor >= OLDEST[1]);
}

function fail(message) {
  console.error(`colophon: ${message}`);
  process.exit(1);
}

/** Runs npm under `node`, so that packages with `engines` see that version. The log is shown only on failure. */
function npm(node, args, what) {
  console.error(`colophon: ${what} …`);
  const script = process.env.npm_execpath;
  const [command, rest] = script?.endsWith('.js') ? [node, [script]] : ['npm', []];
  const result = spawnSync(command, [...rest, ...args], {
    cwd: ROOT,
    encoding: 'utf8',
    maxBuffer: 1 << 28,
    env: { ...process.env, PATH: dirname(node) + delimiter + process.env.PATH },
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (result.status !== 0) {
    console.error(result.stdout ?? '', result.stderr ?? '', result.error?.message ?? '');
    fail(`${what} failed (npm ${args.join(' ')})`);
  }
}

/** Path of a Node binary that runs our TypeScript. */
function ensureNode() {
  if (runsTypeScript()) return process.execPath;
  // The two naming schemes of the packages behind npm's `node`.
  const apple = process.platform === 'darwin' && process.arch === 'arm64';
  const name = `${apple ? 'node-bin' : 'node'}-${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const prefix = join(STATE, 'toolchain');
  const binary = join(
    prefix,
    'node_modules',
    name,
    'bin',
    process.platform === 'win32' ? 'node.exe' : 'node',
  );
  const stamp = join(prefix, 'version');
  if (existsSync(binary) && existsSync(stamp) && readFileSync(stamp, 'utf8') === TOOLCHAIN_VERSION)
    return binary;
  mkdirSync(prefix, { recursive: true });
  writeFileSync(join(prefix, 'package.json'), '{"private":true}\n');
  npm(
    process.execPath,
    [
      'install',
      '--prefix',
      prefix,
      '--no-save',
      '--no-audit',
      '--no-fund',
      '--force',
      `${name}@${TOOLCHAIN_VERSION}`,
    ],
    `fetching Node ${TOOLCHAIN_VERSION} (this is Node ${process.versions.node}; ${OLDEST.join('.')} or newer is needed)`,
  );
  if (!existsSync(binary))
    fail(`npm has no Node for ${process.platform}-${process.arch}; install Node 24 yourself`);
  writeFileSync(stamp, TOOLCHAIN_VERSION);
  return binary;
}

/** Installs what package-lock.json says, unless this was done by a Node of the same major version. */
function ensureModules(node) {
  const full =
    node === process.execPath
      ? process.versions.node
      : spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).stdout;
  const version = full.split('.')[0];
  const lock = createHash('sha256')
    .update(readFileSync(join(ROOT, 'package-lock.json')))
    .digest('hex');
  const stamp = join(ROOT, 'node_modules', '.colophon-install');
  const wanted = `${lock} node${version} ${process.platform}-${process.arch}`;
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  npm(node, ['ci', '--no-audit', '--no-fund'], 'installing packages (once, about a minute)');
  writeFileSync(stamp, wanted);
}

/** Digest over names and bytes of every file below the folders. */
function digestOf(folders) {
  const hash = createHash('sha256');
  const visit = (path) => {
    const stats = statSync(path);
    if (stats.isDirectory()) {
      for (const name of readdirSync(path).sort())
        if (name !== 'dist' && name !== 'node_modules') visit(join(path, name));
    } else hash.update(`${path.slice(ROOT.length)}\0${stats.size}\0`).update(readFileSync(path));
  };
  for (const folder of folders) if (existsSync(folder)) visit(folder);
  return hash.digest('hex');
}

/** Builds the console when its sources (and the server code that it shares) changed since the last build. */
function ensureConsole(node) {
  const sources = ['web', 'server/domain', 'server/pipeline', 'server/http/schemas', 'package-lock.json'];
  const digest = digestOf(sources.map((name) => join(ROOT, name)));
  const dist = join(ROOT, 'web', 'dist');
  const stamp = join(STATE, 'console-build');
  if (existsSync(join(dist, 'index.html')) && existsSync(stamp) && readFileSync(stamp, 'utf8') === digest)
    return;
  console.error('colophon: building the console …');
  rmSync(dist, { recursive: true, force: true });
  const vite = join(ROOT, 'node_modules', 'vite', 'bin', 'vite.js');
  const result = spawnSync(node, [vite, 'build', '--config', 'web/vite.config.ts', '--logLevel', 'warn'], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    console.error(result.stdout, result.stderr);
    fail('the console did not build');
  }
  mkdirSync(STATE, { recursive: true });
  writeFileSync(stamp, digest);
}

const args = process.argv.slice(2);
const wantsConsole = args[0] === '--console';
if (wantsConsole) args.shift();
const [program, ...rest] = args;
if (program === undefined) fail('usage: node scripts/bootstrap.mjs [--console] PROGRAM [ARGUMENT…]');

const node = ensureNode();
ensureModules(node);
if (wantsConsole) ensureConsole(node);

const child = spawn(node, [resolve(ROOT, program), ...rest], {
  stdio: 'inherit',
  env: {
    NODE_COMPILE_CACHE: join(STATE, 'compile-cache'),
    ...process.env,
    PATH: dirname(node) + delimiter + process.env.PATH,
  },
});
// A terminal sends Ctrl-C to the whole group, so the child has it already; a supervisor signals only us.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
  process.on(signal, () => {
    if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal);
  });
}
// npm hands a supervisor's signal to the shell it runs us in, which dies of it and tells nobody: follow that shell.
if (process.env.npm_lifecycle_event !== undefined) {
  const shell = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === shell) return;
    clearInterval(watch);
    child.kill('SIGTERM');
  }, 500);
}
child.on('exit', (code, signal) => process.exit(signal ? 128 + (signal === 'SIGINT' ? 2 : 15) : (code ?? 1)));
